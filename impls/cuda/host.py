"""The host build of the CUDA kernels' header: the same arithmetic, in a loop on the CPU."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Final

import torch

from optimspec.impls.cuda.build import Recipe
from optimspec.impls.cuda.kept import MOMENTS, SYMBOLS, AdamWSettings, KernelAdam, packed, put_back
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.per_parameter import Group, State

HOST: Final = Recipe(
    "adam_host.cpp",
    ("g++", "clang++", "c++"),
    (
        "-std=c++17",
        "-O3",
        "-ffp-contract=off",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-shared",
        "-fPIC",
    ),
)
"""Without flags for a certain processor: a folder of libraries may be shared by machines."""


@cache
def host_library() -> ctypes.CDLL:
    """Load the library, building it if need be; raises as :meth:`Recipe.build` does."""
    library = ctypes.CDLL(str(HOST.build()))
    pointers = [ctypes.c_void_p] * 4
    for symbol in SYMBOLS.values():
        function = getattr(library, f"optimspec_adam_host_{symbol}")
        function.argtypes = [*pointers, ctypes.c_int64, ctypes.POINTER(AdamScalars)]
        function.restype = None
    return library


def host_step(
    param: torch.Tensor,
    grad: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    scalars: AdamScalars,
) -> None:
    """Make one step in place, on four tensors of one shape and any strides.

    Parameters
    ----------
    param, grad
        CPU tensors in float32 or bfloat16.
    m, v
        The moments, in float32.
    """
    function = getattr(host_library(), f"optimspec_adam_host_{SYMBOLS[param.dtype]}")
    written = [packed(each) for each in (param, m, v)]
    read = packed(grad)
    at = [each.data_ptr() for each in (written[0], read, *written[1:])]
    function(*at, param.numel(), scalars)
    for worked_on, tensor in zip(written, (param, m, v), strict=True):
        put_back(worked_on, tensor)


class HostBuildAdam(KernelAdam):
    """Adam by the host build; nothing of it runs on a GPU.

    Raises
    ------
    CompilerNotFound, BuildFailed
        At the first step, if the library can neither be found nor built.
    """

    device_type = "cpu"
    elsewhere = "On CUDA, use FusedAdam or FusedAdamW; else move them to the CPU."

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        t = state["step"] + 1
        m, v = (state[name] for name in MOMENTS)
        host_step(param, grad, m, v, self.scalars(group, t))
        state["step"] = t


class HostBuildAdamW(AdamWSettings, HostBuildAdam):
    """AdamW by the host build; nothing of it runs on a GPU."""
