"""What nvcc makes of the kernels, and NVRTC where nvcc cannot."""

from __future__ import annotations

import os
from typing import Final

from optimspec.impls.cuda import nvrtc
from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound, Recipe

THREADS: Final = 256
"""Threads of a block, for which registers are allotted."""

KERNELS: Final = (
    "adam_one_float32",
    "adam_one_bfloat16",
    "adam_many_float32",
    "adam_many_bfloat16",
)
"""The kernels by name: for one tensor, or for a table of many, by the format of parameters."""

HOPPER: Final = (9, 0)
"""The compute capability for which PTX is made where no GPU is at hand."""

_DEFINED: Final = f"-DOPTIMSPEC_THREADS={THREADS}"


def library_recipe(capability: tuple[int, int]) -> Recipe:
    """How nvcc makes a library of kernels and launches for that compute capability."""
    number = "{}{}".format(*capability)
    arch = f"-gencode=arch=compute_{number},code=sm_{number}"
    flags = ("-Xcompiler=-fPIC", "-shared", "-cudart=static")
    return _recipe("adam_fused.cu", arch, *flags)


def ptx_recipe(capability: tuple[int, int] = HOPPER) -> Recipe:
    """How nvcc makes PTX of the kernels for that compute capability."""
    arch = "-arch=compute_{}{}".format(*capability)
    return _recipe("adam_kernels.cuh", arch, "-x=cu", "-ptx", suffix=".ptx")


def ptx_text(capability: tuple[int, int] = HOPPER) -> str:
    """The kernels in PTX, by nvcc, or by NVRTC; raises as :func:`or_by_nvrtc`."""
    try:
        return ptx_recipe(capability).build().read_text()
    except (CompilerNotFound, BuildFailed) as failed:
        return or_by_nvrtc(failed, "compute_{}{}".format(*capability)).decode()


def or_by_nvrtc(failed: CompilerNotFound | BuildFailed, arch: str) -> bytes:
    """What NVRTC makes of the kernels, since nvcc is missing or lacks a compiler for the host.

    Raises
    ------
    CompilerNotFound, BuildFailed
        As with nvcc, if NVRTC is missing as well; BuildFailed, if it refuses the kernels.
    """
    try:
        return nvrtc.compiled(arch, _DEFINED)
    except nvrtc.NvrtcNotFound as also:
        raise type(failed)(f"{failed} {also}") from failed


def _recipe(source: str, *flags: str, suffix: str = ".so") -> Recipe:
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    always = ("-std=c++17", "-O3", _DEFINED)
    return Recipe(source, ("nvcc", f"{home}/bin/nvcc"), (*always, *flags), suffix)
