"""Executes kernels: all threads of a launch side by side, those that are furthest behind first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimspec.impls.ptx.faults import Endless, Site, Unreadable
from optimspec.impls.ptx.lanes import Active, Lanes, Step, Threads
from optimspec.impls.ptx.memory import Memory
from optimspec.impls.ptx.operands import refused
from optimspec.impls.ptx.steps import guard_of, step_of
from optimspec.impls.ptx.text import Instruction, Kernel

LIMIT: Final = 10**6
"""Instructions that a launch may take, each for however many threads take it together."""

_ENDS: Final = ("ret", "exit")
_BRANCHES: Final = ("bra", "bra.uni")


@dataclass(frozen=True, slots=True)
class _Run:
    """Instructions that are executed one after the other, and the branch behind them."""

    first: Site
    steps: tuple[Step, ...]
    takes: Callable[[Lanes, Active], Threads]
    target: int


@dataclass(frozen=True, slots=True)
class Program:
    """A kernel that can be executed: its runs, of which each falls through to the next."""

    kernel: Kernel
    runs: tuple[_Run, ...]


def program_of(kernel: Kernel) -> Program:
    """Make a kernel executable.

    Raises
    ------
    Refused
        If it has an instruction that is not known, or whose result PTX does not fix.
    """
    instructions = kernel.instructions
    starts = {0, *kernel.labels.values()}
    starts |= {i + 1 for i, each in enumerate(instructions) if _leaves(each)}
    bounds = sorted(start for start in starts if start < len(instructions))
    number = {start: i for i, start in enumerate(bounds)}
    runs = []
    for start, end in zip(bounds, [*bounds[1:], len(instructions)], strict=True):
        *body, last = instructions[start:end]
        steps = [step_of(kernel, each) for each in (body if _leaves(last) else [*body, last])]
        takes, target = _exit(kernel, last, number, len(bounds))
        runs.append(_Run(instructions[start].site, tuple(steps), takes, target))
    return Program(kernel, tuple(runs))


def _leaves(instruction: Instruction) -> bool:
    return instruction.opcode in _ENDS + _BRANCHES


def _exit(
    kernel: Kernel, last: Instruction, number: dict[int, int], end: int
) -> tuple[Callable[[Lanes, Active], Threads], int]:
    """Which threads leave a run by its last instruction, and for which run."""
    if not _leaves(last):
        return lambda lanes, active: np.zeros(lanes.count, np.bool_), end  # noqa: ARG005
    if last.opcode in _ENDS:
        return guard_of(kernel, last), end
    (label,) = last.operands
    if label not in kernel.labels:
        raise refused(last, f"the label {label} is not there")
    return guard_of(kernel, last), number.get(kernel.labels[label], end)


def launch(
    program: Program,
    arguments: Sequence[bytes],
    memory: Memory,
    *,
    grid: int,
    block: int,
    blocks: Sequence[int] | None = None,
    shared: int = 0,
    limit: int = LIMIT,
) -> int:
    """Execute a kernel on memory; return how many instructions that took.

    Registers of threads that have not written them are 0 where another thread has.

    Parameters
    ----------
    program
        From :meth:`Module.program`.
    arguments
        The bytes of each parameter, in order: of a number, an address or a struct.
    memory
        What the addresses point into.
    grid, block
        How many blocks, and threads of a block.
    blocks
        The blocks that are executed; without, all.
    shared
        Bytes of shared memory that the launch gives each block, beside the kernel's own.
    limit
        Instructions after which the launch counts as endless.

    Raises
    ------
    PtxFault
        If the kernel breaks a rule; each rule has a subclass.
    FloatingPointError
        If the processor flushes subnormal numbers to zero, so that NumPy would too.
    """
    _require_subnormals()
    kernel = program.kernel
    sizes = [each.size for each in kernel.parameters]
    if sizes != [len(each) for each in arguments]:
        raise Unreadable(
            f"Arguments of {kernel.name} must have {sizes} bytes; found "
            f"{[len(each) for each in arguments]}. Give each in the type of its parameter."
        )
    values = {p.name: value for p, value in zip(kernel.parameters, arguments, strict=True)}
    executed = range(grid) if blocks is None else blocks
    lanes = Lanes(grid, block, executed, values, memory, kernel.shared_size + shared)
    with np.errstate(all="ignore"):
        return _execute(program.runs, lanes, limit)


def _require_subnormals() -> None:
    if not (np.full(1, 2.0**-149, np.float32) * np.float32(1)).any():
        raise FloatingPointError(
            "Floats are executed by the processor, which must keep subnormal numbers; found it "
            "flushing them to zero. Undo torch.set_flush_denormal, or load no library that was "
            "built with fast math."
        )


def _execute(runs: tuple[_Run, ...], lanes: Lanes, limit: int) -> int:
    position, end, taken = np.zeros(lanes.count, np.int64), len(runs), 0
    while lanes.count and (lowest := int(position.min())) < end:
        run, here = runs[lowest], position == lowest
        active = None if here.all() else here
        taken += len(run.steps) + 1
        if taken > limit:
            raise Endless(
                f"A launch must end within {limit} instructions; found {run.first} still to be "
                "executed. Look at its loops."
            )
        for step in run.steps:
            step(lanes, active)
        leaving = run.takes(lanes, active)
        position = np.where(leaving, run.target, np.where(here, lowest + 1, position))
    return taken
