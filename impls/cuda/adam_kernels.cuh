// The update of adam_core.h on a GPU: one tensor in a launch, or many. nvcc and NVRTC both take it.
#include "adam_core.h"

#ifndef OPTIMSPEC_THREADS
#error "OPTIMSPEC_THREADS must be defined: the number of threads of a block"
#endif

namespace optimspec {

// A part of a tensor: n elements at four addresses, as the host writes it into a table of int64.
struct Chunk {
    int64_t p, g, m, v, n;
};

// As many elements as fill 16 bytes of parameters.
template <typename P>
struct alignas(16) Pack {
    enum : int { SIZE = 16 / sizeof(P) };  // NVRTC would emit a static member
    P at[SIZE];
};

// The moments of a Pack, which may be longer than 16 bytes: it is moved four floats at a time.
template <int SIZE>
struct Moments {
    float at[SIZE];

    __device__ __forceinline__ void load(const float* from) {
#pragma unroll
        for (int i = 0; i < SIZE; i += 4) {
            const float4 four = *reinterpret_cast<const float4*>(from + i);
            at[i] = four.x, at[i + 1] = four.y, at[i + 2] = four.z, at[i + 3] = four.w;
        }
    }

    __device__ __forceinline__ void store(float* to) const {
#pragma unroll
        for (int i = 0; i < SIZE; i += 4) {
            *reinterpret_cast<float4*>(to + i) =
                make_float4(at[i], at[i + 1], at[i + 2], at[i + 3]);
        }
    }
};

template <typename P>
__device__ __forceinline__ Pack<P> load_pack(const P* from) {
    const uint4 bytes = *reinterpret_cast<const uint4*>(from);
    Pack<P> pack;
    memcpy(&pack, &bytes, sizeof pack);
    return pack;
}

template <typename P>
__device__ __forceinline__ void store_pack(P* to, const Pack<P>& pack) {
    uint4 bytes;
    memcpy(&bytes, &pack, sizeof bytes);
    *reinterpret_cast<uint4*>(to) = bytes;
}

// How many elements come before the first at which all four addresses are multiples of 16; n if
// there is none.
template <typename P>
__device__ __forceinline__ int64_t head(const P* p, const P* g, const float* m, const float* v,
                                        int64_t n) {
    for (int64_t i = 0; i < Pack<P>::SIZE && i < n; ++i) {
        const uintptr_t addresses =
            reinterpret_cast<uintptr_t>(p + i) | reinterpret_cast<uintptr_t>(g + i) |
            reinterpret_cast<uintptr_t>(m + i) | reinterpret_cast<uintptr_t>(v + i);
        if (addresses % 16 == 0) return i;
    }
    return n;
}

template <typename P>
__device__ __forceinline__ void update_pack(P* p, const P* g, float* m, float* v,
                                            const AdamScalars& s) {
    constexpr int SIZE = Pack<P>::SIZE;
    Pack<P> parameters = load_pack(p);
    const Pack<P> gradients = load_pack(g);
    Moments<SIZE> first, second;
    first.load(m);
    second.load(v);
#pragma unroll
    for (int i = 0; i < SIZE; ++i)
        adam_element(parameters.at[i], gradients.at[i], first.at[i], second.at[i], s);
    store_pack(p, parameters);
    first.store(m);
    second.store(v);
}

// The elements that fall to the worker of that number, of so many: packs where addresses are
// aligned, single elements before and after.
template <typename P>
__device__ __forceinline__ void update_range(P* p, const P* g, float* m, float* v, int64_t n,
                                             const AdamScalars& s, int64_t worker,
                                             int64_t workers) {
    constexpr int SIZE = Pack<P>::SIZE;
    const int64_t begin = head(p, g, m, v, n);
    const int64_t packs = (n - begin) / SIZE;
    const int64_t end = begin + packs * SIZE;
#pragma unroll 1
    for (int64_t i = worker; i < begin; i += workers) adam_element(p[i], g[i], m[i], v[i], s);
#pragma unroll 1
    for (int64_t k = worker; k < packs; k += workers) {
        const int64_t i = begin + k * SIZE;
        update_pack(p + i, g + i, m + i, v + i, s);
    }
#pragma unroll 1
    for (int64_t i = end + worker; i < n; i += workers) adam_element(p[i], g[i], m[i], v[i], s);
}

template <typename P>
__device__ __forceinline__ void one(P* p, const P* g, float* m, float* v, int64_t n,
                                    const AdamScalars& s) {
    const int64_t worker = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    const int64_t workers = static_cast<int64_t>(gridDim.x) * blockDim.x;
    update_range(p, g, m, v, n, s, worker, workers);
}

// An address from a table, of which the compiler would not know otherwise that it is in global memory.
template <typename T>
__device__ __forceinline__ T* global(int64_t address) {
    return static_cast<T*>(__cvta_global_to_generic(static_cast<size_t>(address)));
}

template <typename P>
__device__ __forceinline__ void many(const Chunk* chunks, int64_t count, const AdamScalars& s) {
    for (int64_t at = blockIdx.x; at < count; at += gridDim.x) {
        const Chunk c = chunks[at];
        update_range(global<P>(c.p), global<const P>(c.g), global<float>(c.m), global<float>(c.v),
                     c.n, s, threadIdx.x, blockDim.x);
    }
}

}  // namespace optimspec

using optimspec::AdamScalars;
using optimspec::BFloat16;
using optimspec::Chunk;

extern "C" {

__global__ void __launch_bounds__(OPTIMSPEC_THREADS)
    adam_one_float32(float* p, const float* g, float* m, float* v, int64_t n, AdamScalars s) {
    optimspec::one(p, g, m, v, n, s);
}

__global__ void __launch_bounds__(OPTIMSPEC_THREADS)
    adam_one_bfloat16(BFloat16* p, const BFloat16* g, float* m, float* v, int64_t n,
                      AdamScalars s) {
    optimspec::one(p, g, m, v, n, s);
}

__global__ void __launch_bounds__(OPTIMSPEC_THREADS)
    adam_many_float32(const Chunk* chunks, int64_t count, AdamScalars s) {
    optimspec::many<float>(chunks, count, s);
}

__global__ void __launch_bounds__(OPTIMSPEC_THREADS)
    adam_many_bfloat16(const Chunk* chunks, int64_t count, AdamScalars s) {
    optimspec::many<BFloat16>(chunks, count, s);
}

}  // extern "C"
