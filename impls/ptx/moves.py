"""Loads and stores: what their opcodes say."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from optimspec.impls.ptx.formats import NUMPY

_SPACES: Final = ("param", "global", "shared")
_HINT: Final = re.compile(
    r"weak|ca|cg|cs|cv|lu|wb|wt|L1::(evict_\w+|no_allocate)|L2::(evict_\w+|\d+B)"
)


class Move(NamedTuple):
    """A load or a store as its opcode has it, without what is only advice to caches.

    Parameters
    ----------
    loads
        Whether it reads.
    space
        ``param``, ``global`` or ``shared``; "" if the address decides.
    constant
        Whether it is ``.nc``: nobody may write there.
    numbers, kind
        How many numbers of which type it moves for each thread.
    """

    loads: bool
    space: str
    constant: bool
    numbers: int
    kind: str

    @property
    def size(self) -> int:
        """Bytes for each thread."""
        return self.numbers * NUMPY[self.kind].itemsize


def move_of(opcode: str) -> Move | None:
    """What a load or store says; None if the opcode is no such, or not one that is known."""
    name, *modifiers = opcode.split(".")
    if name not in ("ld", "st") or not modifiers or modifiers[-1] not in NUMPY:
        return None
    *modifiers, kind = modifiers
    count, space, constant = 1, "", False
    for each in modifiers:
        if each in _SPACES:
            space = each
        elif each in ("v2", "v4"):
            count = int(each[1])
        elif each == "nc":
            constant = True
        elif not _HINT.fullmatch(each):
            return None
    return Move(name == "ld", space, constant, count, kind)
