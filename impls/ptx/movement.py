"""Steps of loads and stores."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from optimspec.impls.ptx.faults import OutOfBounds
from optimspec.impls.ptx.formats import NUMPY, Array
from optimspec.impls.ptx.lanes import Active, Lanes, Step
from optimspec.impls.ptx.marks import Numbers
from optimspec.impls.ptx.memory import Memory
from optimspec.impls.ptx.moves import Move
from optimspec.impls.ptx.operands import address, parameter, reader, refused, vector, writer
from optimspec.impls.ptx.text import Instruction, Kernel


def moved(kernel: Kernel, instruction: Instruction, move: Move) -> Step:
    """The step of a load or a store."""
    to, of = instruction.operands
    registers = vector(to if move.loads else of)
    if len(registers) != move.numbers:
        raise refused(instruction, f"{len(registers)} registers do not fit the vector")
    if move.space == "param":
        return _parameter_loaded(kernel, instruction, registers, move)
    make = _loaded if move.loads else _stored
    return make(kernel, instruction, registers, move)


def _parameter_loaded(
    kernel: Kernel, instruction: Instruction, registers: tuple[str, ...], move: Move
) -> Step:
    place, size = parameter(instruction.operands[1]), NUMPY[move.kind].itemsize
    sizes = {each.name: each.size for each in kernel.parameters}
    if not move.loads or place is None or place[0] not in sizes:
        raise refused(instruction, "no parameter is read")
    name, first = place
    if first < 0 or first + move.size > sizes[name]:
        raise OutOfBounds(
            f"A parameter must be read within its {sizes[name]} bytes; found {instruction.site} "
            f"that reads {name} from byte {first}. Read a member of it."
        )
    ends = range(first, first + move.size + 1, size)
    writes = [writer(kernel, instruction, each, move.kind, wider=True) for each in registers]

    def step(lanes: Lanes, active: Active) -> None:
        for write, (start, end) in zip(writes, pairwise(ends), strict=True):
            value = np.frombuffer(lanes.parameters[name][start:end], NUMPY[move.kind])
            write(lanes, value, active)

    return step


def _loaded(
    kernel: Kernel, instruction: Instruction, registers: tuple[str, ...], move: Move
) -> Step:
    where = address(kernel, instruction, instruction.operands[1])
    writes = [writer(kernel, instruction, each, move.kind, wider=True) for each in registers]
    site, dtype = instruction.site, NUMPY[move.kind]

    def step(lanes: Lanes, active: Active) -> None:
        memory, addresses = _placed(lanes, move, where(lanes))
        at, who = lanes.spread(addresses, active), lanes.acting(active)
        rows = memory.load(site, at, move.size, who, constant=move.constant).view(dtype)
        for i, write in enumerate(writes):
            values = np.zeros(lanes.count, dtype)
            values[slice(None) if active is None else active] = rows[:, i]
            write(lanes, values, active)

    return step


def _stored(
    kernel: Kernel, instruction: Instruction, registers: tuple[str, ...], move: Move
) -> Step:
    where = address(kernel, instruction, instruction.operands[0])
    reads = [reader(kernel, instruction, each, move.kind, wider=True) for each in registers]

    def step(lanes: Lanes, active: Active) -> None:
        memory, addresses = _placed(lanes, move, where(lanes))
        columns: list[Array] = [lanes.spread(read(lanes), active) for read in reads]
        values = np.stack(columns, axis=-1).view(np.uint8)
        at, who = lanes.spread(addresses, active), lanes.acting(active)
        memory.store(instruction.site, at, values, who)

    return step


def _placed(lanes: Lanes, move: Move, addresses: Numbers) -> tuple[Memory, Numbers]:
    """Which memory is meant, and where in it; an address without a space is a global one."""
    if move.space == "shared":
        return lanes.shared, lanes.window + addresses
    return lanes.memory, addresses
