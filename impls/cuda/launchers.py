"""Two ways to launch a kernel: a library that nvcc made, or machine code that NVRTC made."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Final, Protocol

from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound
from optimspec.impls.cuda.nvcc import KERNELS, THREADS, library_recipe, or_by_nvrtc

_DRIVER: Final = "libcuda.so.1"

Arguments = ctypes.Array[ctypes.c_void_p]
"""The address of each of a kernel's arguments."""


class LaunchFailed(RuntimeError):  # noqa: N818 - as CUDA's own sentence follows
    """CUDA refused a launch."""


class Launcher(Protocol):
    """Launches kernels on one device."""

    def launch(self, kernel: str, blocks: int, arguments: Arguments, stream: int) -> None:
        """Launch blocks of :data:`THREADS` threads on that stream; raises LaunchFailed."""
        ...


@cache
def launcher(device: int, capability: tuple[int, int]) -> Launcher:
    """Launch on the device of that number; raises as :func:`or_by_nvrtc` does, or LaunchFailed."""
    try:
        library = library_recipe(capability).build()
    except (CompilerNotFound, BuildFailed) as failed:
        code = or_by_nvrtc(failed, "sm_{}{}".format(*capability))
        return ByDriver(driver_library(), code, device)
    return ByLibrary(ctypes.CDLL(str(library)), device)


class ByLibrary:
    """Launches by the library that nvcc made, which has CUDA's runtime in it."""

    def __init__(self, library: ctypes.CDLL, device: int) -> None:
        self._library, self._device = library, device
        library.optimspec_launch.argtypes = [
            ctypes.c_char_p,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_void_p,
        ]
        library.optimspec_cuda_message.restype = ctypes.c_char_p

    def launch(self, kernel: str, blocks: int, arguments: Arguments, stream: int) -> None:
        """Launch, by CUDA's runtime."""
        status = self._library.optimspec_launch(
            kernel.encode(), blocks, arguments, self._device, stream
        )
        if status:
            raise _refused(status, self._library.optimspec_cuda_message(status))


def driver_library() -> ctypes.CDLL:
    """Load CUDA's driver; raises LaunchFailed if there is none."""
    try:
        return ctypes.CDLL(_DRIVER)
    except OSError as error:
        raise LaunchFailed(
            f"A kernel must be launched on a GPU that CUDA can use; found no driver, {error}. "
            "Install NVIDIA's driver."
        ) from error


class ByDriver:
    """Launches machine code by CUDA's driver, in the context that torch uses too.

    Parameters
    ----------
    driver
        ``libcuda``.
    code
        Machine code of the kernels, for the device.
    device
        The device's number.
    """

    def __init__(self, driver: ctypes.CDLL, code: bytes, device: int) -> None:
        self._driver = driver
        self._context, module = ctypes.c_void_p(), ctypes.c_void_p()
        handle = ctypes.c_int()
        self._call("cuInit", ctypes.c_uint(0))
        self._call("cuDeviceGet", ctypes.byref(handle), ctypes.c_int(device))
        self._call("cuDevicePrimaryCtxRetain", ctypes.byref(self._context), handle)
        self._call("cuCtxPushCurrent_v2", self._context)
        try:
            self._call("cuModuleLoadData", ctypes.byref(module), code)
            self._functions = {name: self._function(module, name) for name in KERNELS}
        finally:
            self._call("cuCtxPopCurrent_v2", ctypes.byref(ctypes.c_void_p()))

    def launch(self, kernel: str, blocks: int, arguments: Arguments, stream: int) -> None:
        """Launch, by CUDA's driver."""
        grid = [ctypes.c_uint(size) for size in (blocks, 1, 1, THREADS, 1, 1, 0)]
        to = (ctypes.c_void_p(stream), arguments, None)
        self._call("cuCtxPushCurrent_v2", self._context)
        try:
            self._call("cuLaunchKernel", self._functions[kernel], *grid, *to)
        finally:
            self._call("cuCtxPopCurrent_v2", ctypes.byref(ctypes.c_void_p()))

    def _function(self, module: ctypes.c_void_p, name: str) -> ctypes.c_void_p:
        function = ctypes.c_void_p()
        self._call("cuModuleGetFunction", ctypes.byref(function), module, name.encode())
        return function

    def _call(self, name: str, *arguments: object) -> None:
        status = getattr(self._driver, name)(*arguments)
        if status:
            said = ctypes.c_char_p()
            self._driver.cuGetErrorString(status, ctypes.byref(said))
            raise _refused(status, said.value or b"unknown to the driver")


def _refused(status: int, said: bytes) -> LaunchFailed:
    return LaunchFailed(
        f"A kernel must be launched on a GPU that CUDA can use; found status {status}, "
        f"{said.decode()}. Check that nvidia-smi shows the GPU, and that its driver is new enough."
    )
