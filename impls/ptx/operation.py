"""What an instruction computes of its operands, for all threads at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from optimspec.impls.ptx.formats import Array


class Operation(NamedTuple):
    """A function of arrays of these types that gives an array of that type; keys of ``NUMPY``."""

    result: str
    operands: tuple[str, ...]
    function: Callable[..., Array]


Table = dict[str, Operation]
"""Operations by their opcodes, with all modifiers."""
