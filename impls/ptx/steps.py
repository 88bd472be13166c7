"""Turns instructions into steps: functions that do to all threads what the instruction says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from optimspec.impls.ptx.faults import Diverged
from optimspec.impls.ptx.fixed import why_loose
from optimspec.impls.ptx.floats import FLOATS
from optimspec.impls.ptx.formats import NUMPY
from optimspec.impls.ptx.integers import INTEGERS
from optimspec.impls.ptx.lanes import Active, Lanes, Step, Threads
from optimspec.impls.ptx.movement import moved
from optimspec.impls.ptx.moves import move_of
from optimspec.impls.ptx.operands import reader, refused, vector, writer
from optimspec.impls.ptx.text import Instruction, Kernel

OPERATIONS: Final = INTEGERS | FLOATS
"""Every operation on registers that is known, by its opcode."""

_BARRIERS: Final = ("bar.sync", "barrier.sync")


def step_of(kernel: Kernel, instruction: Instruction) -> Step:
    """What an instruction does, but for branches; raises Refused where that is not known."""
    step = _unguarded(kernel, instruction)
    if not instruction.guard:
        return step
    holds = guard_of(kernel, instruction)

    def guarded(lanes: Lanes, active: Active) -> None:
        taking_part = holds(lanes, active)
        if taking_part.any():
            step(lanes, None if taking_part.all() else taking_part)

    return guarded


def guard_of(kernel: Kernel, instruction: Instruction) -> Callable[[Lanes, Active], Threads]:
    """Which threads, of those that take part, an instruction's guard lets through."""
    if not instruction.guard:
        return lambda lanes, active: lanes.all() if active is None else active
    read = reader(kernel, instruction, instruction.guard.lstrip("!"), "pred")
    negated = instruction.guard.startswith("!")

    def holds(lanes: Lanes, active: Active) -> Threads:
        passes = lanes.spread(read(lanes) ^ negated, None)
        return passes if active is None else passes & active

    return holds


def _unguarded(kernel: Kernel, instruction: Instruction) -> Step:
    opcode, move = instruction.opcode, move_of(instruction.opcode)
    why = why_loose(opcode)
    if why:
        raise refused(instruction, why)
    if opcode in _BARRIERS and instruction.operands == ("0",):
        return _barrier(instruction)
    if move and len(instruction.operands) == 2:
        return moved(kernel, instruction, move)
    if opcode.startswith("mov.b") and any(each.startswith("{") for each in instruction.operands):
        return _repacked(kernel, instruction)
    if opcode in OPERATIONS:
        return _computed(kernel, instruction)
    raise refused(instruction, "nothing is known")


def _computed(kernel: Kernel, instruction: Instruction) -> Step:
    result, kinds, function = OPERATIONS[instruction.opcode]
    to, *operands = instruction.operands
    if len(operands) != len(kinds):
        raise refused(instruction, f"{len(kinds)} operands are known, and it has {len(operands)}")
    wider = instruction.opcode.startswith("cvt.")
    reads = [
        reader(kernel, instruction, operand, kind, wider=wider)
        for operand, kind in zip(operands, kinds, strict=True)
    ]
    write = writer(kernel, instruction, to, result, wider=wider)
    return lambda lanes, active: write(lanes, function(*[read(lanes) for read in reads]), active)


def _repacked(kernel: Kernel, instruction: Instruction) -> Step:
    """``mov`` between a register and its parts, the first of which has the lowest bits."""
    to, of = map(vector, instruction.operands)
    width = int(instruction.opcode.removeprefix("mov.b"))
    of_kind, to_kind = (f"b{width // len(each)}" for each in (of, to))
    if of_kind not in NUMPY or to_kind not in NUMPY:
        raise refused(instruction, "parts of such a size are not known")
    reads = [reader(kernel, instruction, each, of_kind) for each in of]
    writes = [writer(kernel, instruction, each, to_kind) for each in to]

    def step(lanes: Lanes, active: Active) -> None:
        whole = np.stack(np.broadcast_arrays(*[read(lanes) for read in reads]), axis=-1)
        parts = whole.view(NUMPY[to_kind])
        for i, write in enumerate(writes):
            write(lanes, np.ascontiguousarray(parts[:, i]), active)

    return step


def _barrier(instruction: Instruction) -> Step:
    def step(lanes: Lanes, active: Active) -> None:
        arrived = lanes.per_block(lanes.all() if active is None else active)
        together = arrived.all(axis=1)
        if (arrived.any(axis=1) != together).any():
            raise Diverged(
                f"All threads of a block must come to a barrier together; found {instruction.site} "
                "where some did not. Take it out of the branch."
            )
        for block in lanes.blocks[together]:
            lanes.settle(int(block))

    return step
