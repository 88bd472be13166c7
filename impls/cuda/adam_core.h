// One step of Adam or AdamW on one element, the same on the host and on the device.
//
// Every rounding is written out: what is not a fused multiply-add, a division or a square root here
// is a single IEEE operation to nearest. On the device, the intrinsics keep the compiler from fusing
// more; on the host, compile with -ffp-contract=off. Neither may be compiled with fast math.
#pragma once

#ifdef __CUDACC_RTC__  // NVRTC finds no headers, and knows memcpy by itself
using int64_t = long long;
using size_t = unsigned long;
using uintptr_t = unsigned long;
using uint32_t = unsigned int;
using uint16_t = unsigned short;
#else
#include <cmath>
#include <cstdint>
#include <cstring>
#endif

#ifdef __CUDACC__
#define OPTIMSPEC_BOTH __host__ __device__ __forceinline__
#else
#define OPTIMSPEC_BOTH inline
#endif

namespace optimspec {

// What is the same for every element of a step, computed in double and rounded once.
struct AdamScalars {
    float sign;     // -1 to maximize, else 1
    float l2;       // weight decay that is added to the gradient
    float shrink;   // 1 - lr * decoupled weight decay
    float weight1;  // 1 - beta1
    float weight2;  // 1 - beta2
    float root2;    // sqrt(1 - beta2^t)
    float step;     // lr / (1 - beta1^t)
    float eps;
};

#ifdef __CUDA_ARCH__
OPTIMSPEC_BOTH float add(float a, float b) { return __fadd_rn(a, b); }
OPTIMSPEC_BOTH float sub(float a, float b) { return __fsub_rn(a, b); }
OPTIMSPEC_BOTH float mul(float a, float b) { return __fmul_rn(a, b); }
OPTIMSPEC_BOTH float div(float a, float b) { return __fdiv_rn(a, b); }
OPTIMSPEC_BOTH float root(float a) { return __fsqrt_rn(a); }
OPTIMSPEC_BOTH float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
#else
OPTIMSPEC_BOTH float add(float a, float b) { return a + b; }
OPTIMSPEC_BOTH float sub(float a, float b) { return a - b; }
OPTIMSPEC_BOTH float mul(float a, float b) { return a * b; }
OPTIMSPEC_BOTH float div(float a, float b) { return a / b; }
OPTIMSPEC_BOTH float root(float a) { return sqrtf(a); }
OPTIMSPEC_BOTH float fma(float a, float b, float c) { return fmaf(a, b, c); }
#endif

// Updates a parameter and its moments. The moments move by their weight towards the new sample, so
// that one rounded weight serves both of its ends.
OPTIMSPEC_BOTH void adam_update(float& p, float g, float& m, float& v, const AdamScalars& s) {
    g = mul(s.sign, g);
    if (s.l2 != 0.0f) g = fma(s.l2, p, g);  // 0 * inf would be NaN
    m = fma(s.weight1, sub(g, m), m);
    v = fma(s.weight2, fma(g, g, -v), v);
    const float denominator = add(div(root(v), s.root2), s.eps);
    p = fma(-s.step, div(m, denominator), mul(s.shrink, p));
}

// A parameter or gradient of 16 bits, the upper half of a float32.
struct BFloat16 {
    uint16_t bits;
};

OPTIMSPEC_BOTH float widen(float x) { return x; }

OPTIMSPEC_BOTH float widen(BFloat16 x) {
    const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
    float wide;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

OPTIMSPEC_BOTH void narrow(float x, float& to) { to = x; }

// To nearest, ties to even, by integers; NaN stays NaN.
OPTIMSPEC_BOTH void narrow(float x, BFloat16& to) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    to.bits = static_cast<uint16_t>(is_nan ? (bits >> 16) | 0x40u : rounded);
}

template <typename P>
OPTIMSPEC_BOTH void adam_element(P& p, P g, float& m, float& v, const AdamScalars& s) {
    float wide = widen(p);
    adam_update(wide, widen(g), m, v, s);
    narrow(wide, p);
}

}  // namespace optimspec
