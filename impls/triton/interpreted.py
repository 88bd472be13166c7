"""Adam and AdamW by Triton's interpreter, which runs the kernels in NumPy on the CPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from optimspec.conformance.evidence import Evidence
from optimspec.impls.cuda.batches import BatchedAdam
from optimspec.impls.cuda.kept import AdamWSettings
from optimspec.impls.cuda.kernels import CHUNK, Job
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.float32 import fma
from optimspec.impls.triton.launch import Blocks, launch
from optimspec.impls.triton.load import kernels


class InterpretedAdam(BatchedAdam):
    """Adam by the Triton kernels in Triton's interpreter; nothing of it runs on a GPU.

    It is for looking at, not for training: a step takes milliseconds, and changes Triton's language
    for all threads while it runs.

    Raises
    ------
    TritonNotFound
        At the first step, if Triton is missing.
    """

    device_type = "cpu"
    elsewhere = "On CUDA, use TritonAdam or TritonAdamW; else move them to the CPU."

    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job, in one launch."""
        interpreted_step(jobs, scalars, fitting(jobs))

    @classmethod
    def optimspec_evidence(cls) -> Iterator[Evidence]:
        """Whether interpreter and PTX give the bits of the host build, and what the PTX says."""
        from optimspec.impls.triton.evidence import of_interpreted

        return of_interpreted()


class InterpretedAdamW(AdamWSettings, InterpretedAdam):
    """AdamW by the Triton kernels in Triton's interpreter; raises as :class:`InterpretedAdam`."""


def fitting(jobs: Sequence[Job], pieces: int = 1) -> Blocks:
    """Few blocks: their number, and hardly their size, takes the interpreter's time.

    Parameters
    ----------
    jobs
        At least one.
    pieces
        Into how many the longest tensor is cut, or the longest part of it in a table: a power of
        two.
    """
    longest = max(1, *(job.param.numel() for job in jobs))
    whole = min(CHUNK, 1 << (longest - 1).bit_length())
    block = max(1, whole // pieces)
    return Blocks(block, whole)


def interpreted_step(
    jobs: Sequence[Job],
    scalars: AdamScalars,
    blocks: Blocks,
    module: ModuleType | None = None,
) -> None:
    """Make one step of every job in place, on CPU tensors.

    Parameters
    ----------
    jobs, scalars, blocks
        As :func:`optimspec.impls.triton.launch.launch` takes them.
    module
        Other kernels than those of :func:`optimspec.impls.triton.load.kernels`.
    """
    chosen = module or kernels(interpreted=True)
    with np.errstate(all="ignore"), _fused():
        launch(chosen, jobs, scalars, blocks)


@contextmanager
def _fused() -> Iterator[None]:
    """Let ``tl.fma`` round once, in versions whose interpreter rounds the product too."""
    from triton.runtime.interpreter import interpreter_builder

    if _fuses():
        yield
        return
    interpreter_builder.create_fma = _create_fma
    try:
        yield
    finally:
        del interpreter_builder.create_fma


@cache
def _fuses() -> bool:
    import triton.language as tl
    from triton.runtime.interpreter import TensorHandle, interpreter_builder

    above, below = (
        TensorHandle(np.array([1 + sign * 2**-23], np.float32), tl.float32) for sign in (1, -1)
    )
    less = TensorHandle(np.array([-1], np.float32), tl.float32)
    return bool(interpreter_builder.create_fma(above, below, less).data[0])


def _create_fma(x: Any, y: Any, z: Any) -> Any:  # noqa: ANN401 - Triton is untyped
    return type(z)(fma(x.data, y.data, z.data), z.dtype.scalar)
