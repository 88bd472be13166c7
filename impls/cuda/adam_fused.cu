// Launches of the kernels, for a library that nvcc builds.
#include <cuda_runtime.h>

#include <cstring>

#include "adam_kernels.cuh"

namespace {

struct Named {
    const char* name;
    const void* kernel;
};

const Named KERNELS[] = {
    {"adam_one_float32", reinterpret_cast<const void*>(adam_one_float32)},
    {"adam_one_bfloat16", reinterpret_cast<const void*>(adam_one_bfloat16)},
    {"adam_many_float32", reinterpret_cast<const void*>(adam_many_float32)},
    {"adam_many_bfloat16", reinterpret_cast<const void*>(adam_many_bfloat16)},
};

}  // namespace

extern "C" {

// Launches the kernel of that name; arguments are addresses, one for each of its parameters.
int optimspec_launch(const char* name, unsigned blocks, void** arguments, int device,
                     cudaStream_t stream) {
    const cudaError_t status = cudaSetDevice(device);
    if (status != cudaSuccess) return status;
    for (const Named& each : KERNELS)
        if (!strcmp(each.name, name))
            return cudaLaunchKernel(each.kernel, blocks, OPTIMSPEC_THREADS, arguments, 0, stream);
    return cudaErrorInvalidDeviceFunction;
}

const char* optimspec_cuda_message(int status) {
    return cudaGetErrorString(static_cast<cudaError_t>(status));
}

}  // extern "C"
