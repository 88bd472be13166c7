"""The kernels of ``adam_fused.cu``, built with nvcc and launched on tensors on a GPU."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
import torch

from optimspec.impls.cuda.build import Recipe
from optimspec.impls.cuda.kept import SYMBOLS, packed, put_back
from optimspec.impls.cuda.scalars import AdamScalars

CHUNK: Final = 2**16
"""Elements of one entry of a table, as in torch's kernels for many tensors.

A multiple of 8, so that every part of an aligned tensor is aligned.
"""

_KEPT_TABLES: Final = 64
"""Tables of the most recent sets of tensors; each has 40 bytes for an entry."""


class Job(NamedTuple):
    """A parameter, its gradient and its moments: tensors of one shape on one device."""

    param: torch.Tensor
    grad: torch.Tensor
    m: torch.Tensor
    v: torch.Tensor


class Span(NamedTuple):
    """The addresses of a job whose tensors are packed, and its number of elements."""

    p: int
    g: int
    m: int
    v: int
    n: int


class LaunchFailed(RuntimeError):  # noqa: N818 - as CUDA's own sentence follows
    """CUDA refused a launch."""


def recipe(capability: tuple[int, int]) -> Recipe:
    """How the kernels are built for a GPU of that compute capability."""
    number = "{}{}".format(*capability)
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    return Recipe(
        "adam_fused.cu",
        ("nvcc", f"{home}/bin/nvcc"),
        (
            "-std=c++17",
            "-O3",
            f"-gencode=arch=compute_{number},code=sm_{number}",
            "-Xcompiler=-fPIC",
            "-shared",
            "-cudart=static",
        ),
    )


@cache
def device_library(capability: tuple[int, int]) -> ctypes.CDLL:
    """Load the library, building it if need be; raises as :meth:`Recipe.build` does."""
    library = ctypes.CDLL(str(recipe(capability).build()))
    last = [ctypes.POINTER(AdamScalars), ctypes.c_int, ctypes.c_void_p]
    for symbol in SYMBOLS.values():
        one = [*[ctypes.c_void_p] * 4, ctypes.c_int64, *last]
        many = [ctypes.c_void_p, ctypes.c_int64, *last]
        for name, takes in (("one", one), ("many", many)):
            function = getattr(library, f"optimspec_adam_{name}_{symbol}")
            function.argtypes = takes
            function.restype = ctypes.c_int
    library.optimspec_cuda_message.restype = ctypes.c_char_p
    return library


def device_step(jobs: Sequence[Job], scalars: AdamScalars) -> None:
    """Make one step of every job in place, in one launch on the current stream.

    Parameters
    ----------
    jobs
        At least one; all on one GPU, parameters in one format.

    Raises
    ------
    CompilerNotFound, BuildFailed
        If the library can neither be found nor built.
    LaunchFailed
        If CUDA refuses the launch, or a graph is being captured: the scalars would be those of one
        step in every replay.
    """
    device = jobs[0].param.device
    if torch.cuda.is_current_stream_capturing():
        raise LaunchFailed(
            "A step cannot be captured in a CUDA graph, which would repeat its step count; found "
            "a capture under way. Capture what comes before the step."
        )
    with torch.cuda.device(device):
        library = device_library(torch.cuda.get_device_capability(device))
        stream = torch.cuda.current_stream(device).cuda_stream
        launch(library, jobs, scalars, device.index, stream)


def launch(
    library: ctypes.CDLL, jobs: Sequence[Job], scalars: AdamScalars, device: int, stream: int
) -> None:
    """Launch one kernel for all jobs on that stream of the device of that number."""
    work = [Job(*map(packed, job)) for job in jobs]
    spans = tuple(_span(job) for job in work)
    param = jobs[0].param
    symbol = SYMBOLS[param.dtype]
    if len(spans) == 1:
        function = getattr(library, f"optimspec_adam_one_{symbol}")
        status = function(*spans[0], scalars, device, stream)
    else:
        chunks = _table_on(param.device, stream, param.element_size(), spans)
        function = getattr(library, f"optimspec_adam_many_{symbol}")
        status = function(chunks.data_ptr(), len(chunks), scalars, device, stream)
    if status:
        said = library.optimspec_cuda_message(status).decode()
        raise LaunchFailed(
            f"A kernel must be launched on a GPU that CUDA can use; found status {status}, {said}. "
            "Check that nvidia-smi shows the GPU, and that its driver is new enough."
        )
    for job, worked_on in zip(jobs, work, strict=True):
        for tensor, its in (
            (job.param, worked_on.param),
            (job.m, worked_on.m),
            (job.v, worked_on.v),
        ):
            put_back(its, tensor)


def _span(job: Job) -> Span:
    p, g, m, v = (tensor.data_ptr() for tensor in job)
    return Span(p, g, m, v, job.param.numel())


def table(element_size: int, spans: Sequence[Span]) -> torch.Tensor:
    """The chunks of all spans: int64, a row for each with four addresses and a length."""
    sizes = np.array([element_size, element_size, 4, 4])
    parts = []
    for *addresses, n in spans:
        starts = np.arange(0, n, CHUNK, dtype=np.int64)[:, None]
        lengths = np.minimum(n - starts, CHUNK)
        parts.append(np.concatenate([np.array(addresses) + starts * sizes, lengths], axis=1))
    return torch.from_numpy(np.concatenate(parts))


@lru_cache(maxsize=_KEPT_TABLES)
def _table_on(
    device: torch.device,
    stream: int,  # noqa: ARG001 - a table is written and read on one stream, in this order
    element_size: int,
    spans: tuple[Span, ...],
) -> torch.Tensor:
    return table(element_size, spans).to(device)
