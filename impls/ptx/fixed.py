"""Which instructions PTX fixes the result of, and how a kernel moves memory: read, not executed."""

from __future__ import annotations

from typing import Final, NamedTuple

from optimspec.impls.ptx.floats import ROUNDED
from optimspec.impls.ptx.memory import WIDEST
from optimspec.impls.ptx.moves import move_of
from optimspec.impls.ptx.text import Kernel

_WHY: Final = {
    "ftz": "subnormal numbers are flushed to zero",
    "approx": "the result is approximate",
    "full": "the result is approximate",
    "sat": "the result is clamped",
    "f64": "the arithmetic is in double precision",
    "local": "registers are spilled to memory",
    "call": "a function is called",
}
_FLOATS: Final = frozenset({"f16", "f16x2", "bf16", "bf16x2", "f32", "f32x2", "f64"})
_ARITHMETIC: Final = frozenset(
    {"add", "sub", "mul", "mad", "fma", "div", "sqrt", "rcp", "rsqrt", "ex2", "lg2", "sin", "cos"}
    | {"tanh"}
)
_ROUNDINGS: Final = frozenset({"rn", "rz", "rm", "rp"})


def why_loose(opcode: str) -> str:
    """Why PTX does not fix an instruction's result to one rounding to nearest; "" if it does."""
    name, *modifiers = opcode.split(".")
    for part in (name, *modifiers):
        if part in _WHY:
            return _WHY[part]
    if name not in _ARITHMETIC or not _FLOATS & {*modifiers} or opcode in ROUNDED:
        return ""
    if not _ROUNDINGS & {*modifiers}:
        return "no rounding is named, so that ptxas may fuse it with another"
    return "the result is not a float32 rounded to nearest"


def loose(kernel: Kernel) -> dict[str, str]:
    """The opcodes of a kernel whose result PTX does not fix, each with the reason."""
    found = {each.opcode: why_loose(each.opcode) for each in kernel.instructions}
    return {opcode: why for opcode, why in found.items() if why}


class Accesses(NamedTuple):
    """How a kernel moves memory.

    Parameters
    ----------
    wide_loads, wide_stores
        How many instructions move 16 bytes of global memory for a thread.
    generic
        How many find out only when they run which memory is meant.
    narrow
        How many comparisons are of signed numbers of 32 bits, as of an ``int`` index.
    """

    wide_loads: int
    wide_stores: int
    generic: int
    narrow: int


def accesses(kernel: Kernel) -> Accesses:
    """Count them."""
    opcodes = [each.opcode for each in kernel.instructions]
    moves = [move for move in map(move_of, opcodes) if move]
    wide = [move.loads for move in moves if move.space == "global" and move.size == WIDEST]
    orders = {f"setp.{name}.s32" for name in ("lt", "le", "gt", "ge")}
    return Accesses(
        wide.count(True),
        wide.count(False),
        sum(not move.space for move in moves),
        sum(opcode in orders for opcode in opcodes),
    )
