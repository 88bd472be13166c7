"""Adam and AdamW by the PTX of the CUDA kernels, executed in NumPy: nothing of it runs on a GPU.

They are launched by what launches them on a GPU.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np

from optimspec.conformance.evidence import Evidence
from optimspec.impls.cuda.batches import BatchedAdam
from optimspec.impls.cuda.kept import AdamWSettings
from optimspec.impls.cuda.kernels import Job, Place, Span, in_memory, launch_at
from optimspec.impls.cuda.launchers import Arguments
from optimspec.impls.cuda.nvcc import THREADS, ptx_text
from optimspec.impls.cuda.placed import Placed
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.ptx import Buffer, Memory, Module, address_of, launch

_MULTIPROCESSORS: Final = 1
"""Of the GPU that launches are made for: few blocks, which go over long tensors many times."""


class ExecutedAdam(BatchedAdam):
    """Adam by nvcc's PTX, or NVRTC's, in an executor; nothing of it runs on a GPU.

    It is for looking at, not for training: a step takes milliseconds.

    Raises
    ------
    CompilerNotFound, BuildFailed
        At the first step, if the kernels can neither be found nor built.
    PtxFault
        At a step, if a kernel breaks a rule of memory or of PTX.
    """

    device_type = "cpu"
    elsewhere = "On CUDA, use FusedAdam or FusedAdamW; else move them to the CPU."

    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job, in one launch."""
        executed_step(jobs, scalars, shipped())

    @classmethod
    def optimspec_evidence(cls) -> Iterator[Evidence]:
        """What the PTX says, and whether it gives the bits of the host build."""
        from optimspec.impls.cuda.evidence import evidence  # it looks at what is here

        return evidence()


class ExecutedAdamW(AdamWSettings, ExecutedAdam):
    """AdamW by the same PTX; raises as :class:`ExecutedAdam`."""


@cache
def shipped() -> Module:
    """The PTX of the kernels in this folder; raises as ``ptx_text`` does."""
    return Module(ptx_text())


def executed_step(jobs: Sequence[Job], scalars: AdamScalars, module: Module) -> None:
    """Make one step of every job in place, on CPU tensors, with the kernels of that module.

    Raises
    ------
    PtxFault
        If a kernel breaks a rule; tensors are then as they were.
    """
    with in_memory(jobs) as work:
        placed = Placed(work)
        executor = _Executor(module, placed.buffers)
        launch_at(placed.spans, jobs[0].param, scalars, Place(executor, _MULTIPROCESSORS, 0))
        placed.take_back(executor.memory)


class _Executor:
    """Launches kernels as on a GPU, by executing their PTX on buffers."""

    def __init__(self, module: Module, buffers: Sequence[Buffer]) -> None:
        self._module, self._buffers = module, buffers
        self.memory = Memory(buffers)

    def launch(self, kernel: str, blocks: int, arguments: Arguments, stream: int) -> None:  # noqa: ARG002
        """Execute a kernel; a table of chunks is moved to an address of its own as well."""
        program = self._module.program(kernel)
        sizes = [parameter.size for parameter in program.kernel.parameters]
        given = [ctypes.string_at(at or 0, n) for at, n in zip(arguments, sizes, strict=True)]
        if kernel.startswith("adam_many"):
            table = _table_at(len(self._buffers), *given[:2])
            given[0] = table.address.to_bytes(8, "little")
            self.memory = Memory([*self._buffers, table])
        launch(program, given, self.memory, grid=blocks, block=THREADS)


def _table_at(slot: int, address: bytes, count: bytes) -> Buffer:
    """The table at an address of the host, with so many rows, as a buffer of that number."""
    size = int.from_bytes(count, "little") * len(Span._fields) * np.dtype(np.int64).itemsize
    rows = np.frombuffer(ctypes.string_at(int.from_bytes(address, "little"), size), np.int64)
    return Buffer("table", address_of(slot), rows, writable=False)
