"""Operands of instructions: how each is read from the threads, and how results are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np

from optimspec.impls.ptx.faults import PtxFault, Refused, Uninitialised
from optimspec.impls.ptx.formats import NUMPY, Array, bits_of
from optimspec.impls.ptx.lanes import SPECIAL, Active, Lanes
from optimspec.impls.ptx.marks import Numbers
from optimspec.impls.ptx.text import Instruction, Kernel

Read = Callable[[Lanes], Array]
Write = Callable[[Lanes, Array, Active], None]

_FLOAT: Final = re.compile(r"0[fF]([0-9a-fA-F]{8})")
_INTEGER: Final = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0|[1-9]\d*)U?")
_ADDRESS: Final = re.compile(r"\[\s*([%\w$.]+)\s*(?:\+\s*(-?\w+)\s*)?\]")


def refused(instruction: Instruction, why: str) -> PtxFault:
    """The refusal of an instruction, with the reason as a clause."""
    return Refused(
        f"Every instruction must have one result by the PTX ISA, and be known here; found "
        f"{instruction.site} of which {why}. Compile so that it is not needed, or add it to "
        "optimspec.impls.ptx."
    )


def reader(
    kernel: Kernel, instruction: Instruction, operand: str, kind: str, *, wider: bool = False
) -> Read:
    """How an operand is read as that type: from a register, a symbol or a literal.

    ``wider`` lets a register have more bits than the type, of which the lower ones are read.
    """
    dtype = NUMPY[kind]
    if operand in kernel.registers:
        _require_width(kernel, instruction, operand, kind, wider=wider)
        return _register_reader(instruction, operand, kind)
    if operand in SPECIAL and dtype.itemsize == 4:
        return lambda lanes: lanes.special[operand].view(dtype)
    constant = _constant(kernel, operand, kind)
    if constant is None:
        raise refused(instruction, f"the operand {operand} cannot be read as .{kind}")
    return lambda lanes: constant  # noqa: ARG005


def writer(
    kernel: Kernel, instruction: Instruction, operand: str, kind: str, *, wider: bool = False
) -> Write:
    """How a result of that type is written; a wider register is filled by its sign."""
    if operand not in kernel.registers:
        raise refused(instruction, f"the result {operand} is no register")
    _require_width(kernel, instruction, operand, kind, wider=wider)
    if kind == "pred":
        return lambda lanes, value, active: lanes.put(operand, value, active)
    sign = "s" if kind[0] == "s" else "u"
    full = NUMPY[sign + kernel.registers[operand][1:]]
    if full.itemsize == NUMPY[kind].itemsize:
        return lambda lanes, value, active: lanes.put(operand, bits_of(value), active)
    return lambda lanes, value, active: lanes.put(operand, bits_of(value.astype(full)), active)


def address(kernel: Kernel, instruction: Instruction, operand: str) -> Callable[[Lanes], Numbers]:
    """How ``[base + offset]`` is computed."""
    found = _ADDRESS.fullmatch(operand)
    if found is None:
        raise refused(instruction, f"the address {operand} cannot be read")
    base = reader(kernel, instruction, found[1], kernel.registers.get(found[1], "b64"))
    offset = int(found[2] or "0", 0)
    return lambda lanes: base(lanes).astype(np.int64) + offset


def vector(operand: str) -> tuple[str, ...]:
    """The elements of ``{a, b}``, or the operand alone."""
    return tuple(each.strip() for each in operand.strip("{}").split(","))


def parameter(operand: str) -> tuple[str, int] | None:
    """The name and the offset of ``[name + offset]``, if it is that."""
    found = _ADDRESS.fullmatch(operand)
    return (found[1], int(found[2] or "0", 0)) if found else None


def _require_width(
    kernel: Kernel, instruction: Instruction, register: str, kind: str, *, wider: bool
) -> None:
    declared = kernel.registers[register]
    if (declared == "pred") != (kind == "pred") or declared not in NUMPY:
        raise refused(instruction, f"{register} is .{declared} and .{kind} is needed")
    has, needs = NUMPY[declared].itemsize, NUMPY[kind].itemsize
    if has != needs and not (wider and has > needs):
        raise refused(instruction, f"{register} is .{declared} and .{kind} is needed")


def _register_reader(instruction: Instruction, register: str, kind: str) -> Read:
    dtype = NUMPY[kind]

    def read(lanes: Lanes) -> Array:
        bits = lanes.registers.get(register)
        if bits is None:
            raise Uninitialised(
                f"A register must be written before it is read; found {instruction.site} that "
                f"reads {register}. Write it on every way there."
            )
        same = bits.dtype.itemsize == dtype.itemsize
        return bits.view(dtype) if same else bits.astype(f"u{dtype.itemsize}").view(dtype)

    return read


def _constant(kernel: Kernel, operand: str, kind: str) -> Array | None:
    if operand in kernel.shared:
        value = kernel.shared[operand]
    elif found := _FLOAT.fullmatch(operand):
        value = int(found[1], 16)
    elif _INTEGER.fullmatch(operand):
        value = int(operand.rstrip("U"), 0)
    else:
        return None
    if kind == "pred":
        return np.array([value != 0])
    width = NUMPY[kind].itemsize
    return np.array([value % 2 ** (8 * width)], f"u{width}").view(NUMPY[kind])
