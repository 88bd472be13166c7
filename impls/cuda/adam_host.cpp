// The update of adam_core.h in a loop on the host.
#include "adam_core.h"

namespace {

template <typename P>
void loop(P* p, const P* g, float* m, float* v, int64_t n, const optimspec::AdamScalars* s) {
    for (int64_t i = 0; i < n; ++i) optimspec::adam_element(p[i], g[i], m[i], v[i], *s);
}

}  // namespace

extern "C" {

void optimspec_adam_host_float32(float* p, const float* g, float* m, float* v, int64_t n,
                                 const optimspec::AdamScalars* s) {
    loop(p, g, m, v, n, s);
}

void optimspec_adam_host_bfloat16(optimspec::BFloat16* p, const optimspec::BFloat16* g, float* m,
                                  float* v, int64_t n, const optimspec::AdamScalars* s) {
    loop(p, g, m, v, n, s);
}

}  // extern "C"
