"""Adam and AdamW by the PTX that Triton makes, executed in NumPy: nothing of it runs on a GPU."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from optimspec.conformance.evidence import Evidence
from optimspec.impls.cuda.batches import BatchedAdam
from optimspec.impls.cuda.kept import AdamWSettings
from optimspec.impls.cuda.kernels import Job, in_memory, table
from optimspec.impls.cuda.placed import Placed
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.ptx import Buffer, Memory, Module, address_of, launch
from optimspec.impls.triton.launch import COMPILED, WARPS, aligned
from optimspec.impls.triton.ptx import WARP, Variant, ptx_text

THREADS: Final = WARP * WARPS
"""Of a program."""

_FAR: Final = 2**31
"""The first element whose number an int cannot hold; a block begins with it."""


class ExecutedAdam(BatchedAdam):
    """Adam by Triton's PTX, in an executor; nothing of it runs on a GPU.

    It is for looking at, not for training: a step takes milliseconds.

    Raises
    ------
    TritonNotFound
        At the first step, if Triton is missing.
    PtxFault
        At a step, if a kernel breaks a rule of memory or of PTX.
    """

    device_type = "cpu"
    elsewhere = "On CUDA, use TritonAdam or TritonAdamW; else move them to the CPU."

    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job, in one launch."""
        executed_step(jobs, scalars)

    @classmethod
    def optimspec_evidence(cls) -> Iterator[Evidence]:
        """What the PTX says, and whether it gives the bits of the host build."""
        from optimspec.impls.triton.evidence import of_executed

        return of_executed()


class ExecutedAdamW(AdamWSettings, ExecutedAdam):
    """AdamW by Triton's PTX in an executor; raises as :class:`ExecutedAdam` does."""


@cache
def module_of(variant: Variant) -> Module:
    """A kernel's PTX; raises TritonNotFound if Triton is missing."""
    return Module(ptx_text(variant))


def executed_step(
    jobs: Sequence[Job],
    scalars: AdamScalars,
    modules: Callable[[Variant], Module] = module_of,
) -> None:
    """Make one step of every job in place, on CPU tensors.

    Parameters
    ----------
    jobs
        At least one; parameters in one format.
    scalars
        Those of the step.
    modules
        Gives the kernel.

    Raises
    ------
    PtxFault
        If the kernel breaks a rule; tensors are then as they were.
    """
    with in_memory(jobs) as work:
        if not work:
            return
        placed, param = Placed(work), work[0].param
        variant = Variant(len(work) > 1, param.dtype, aligned(placed.spans))
        buffers, given = placed.buffers, list(placed.spans[0])
        grid = -(-param.numel() // COMPILED.block)
        if variant.many:
            rows = table(param.element_size(), placed.spans).numpy()
            grid, given = len(rows), [address_of(len(buffers))]
            buffers = [*buffers, Buffer("table", given[0], rows.ravel(), writable=False)]
        memory = Memory(buffers)
        program = modules(variant).program(variant.name)
        launch(program, arguments(given, scalars), memory, grid=grid, block=THREADS)
        placed.take_back(memory)


def far_step(
    jobs: Sequence[Job],
    scalars: AdamScalars,
    modules: Callable[[Variant], Module] = module_of,
) -> None:
    """Step the end of a tensor, which is the job; the 2^31 elements before it are nowhere.

    Of the launch, the blocks of the end are executed. Raises PtxFault if the kernel breaks a rule.
    """
    (job,) = jobs
    placed = Placed(jobs)
    memory = Memory(
        replace(buffer, address=buffer.address + _FAR * tensor.element_size())
        for buffer, tensor in zip(placed.buffers, job, strict=True)
    )
    *addresses, n = placed.spans[0]
    variant = Variant(many=False, dtype=job.param.dtype, aligned=aligned(placed.spans))
    program = modules(variant).program(variant.name)
    given = arguments([*addresses, _FAR + n], scalars)
    grid, first = -(-(_FAR + n) // COMPILED.block), _FAR // COMPILED.block
    launch(program, given, memory, grid=grid, block=THREADS, blocks=range(first, grid))
    placed.take_back(memory)


def arguments(numbers: Sequence[int], scalars: AdamScalars) -> list[bytes]:
    """The bytes of a kernel's arguments; Triton adds two addresses, of which it uses neither."""
    values = bytes(scalars)
    floats = [values[at : at + 4] for at in range(0, len(values), 4)]
    return [*(struct.pack("q", number) for number in numbers), *floats, bytes(8), bytes(8)]
