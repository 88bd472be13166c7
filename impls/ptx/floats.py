"""Operations on float32 and bfloat16 whose result PTX fixes: PTX ISA 9.0, 9.7.3 and 9.7.9.21.

An instruction whose result is NaN gives the canonical one, as the PTX ISA says of single precision.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from optimspec.impls.float32 import fma
from optimspec.impls.ptx.formats import Array
from optimspec.impls.ptx.operation import Operation, Table

CANONICAL_NAN: Final = np.uint32(0x7FFFFFFF)
"""The bits of every NaN that an instruction gives."""

_ORDERED: Final[dict[str, Callable[[Array, Array], Array]]] = {
    name: getattr(operator, name) for name in ("eq", "lt", "le", "gt", "ge")
}
_ROUNDED: Final[dict[str, tuple[int, Callable[..., Array]]]] = {
    "add.rn.f32": (2, np.add),
    "sub.rn.f32": (2, np.subtract),
    "mul.rn.f32": (2, np.multiply),
    "div.rn.f32": (2, np.divide),
    "sqrt.rn.f32": (1, np.sqrt),
    "rcp.rn.f32": (1, np.reciprocal),
    "fma.rn.f32": (3, fma),
}

ROUNDED: Final = frozenset(_ROUNDED)
"""The arithmetic that is rounded once, to nearest."""


def _canonical(function: Callable[..., Array]) -> Callable[..., Array]:
    def computed(*operands: Array) -> Array:
        result = function(*operands)
        nan = np.isnan(result)
        return np.where(nan, CANONICAL_NAN.view(np.float32), result) if nan.any() else result

    return computed


def _unordered(a: Array, b: Array) -> Array:
    return np.asarray(np.isnan(a) | np.isnan(b))


def _or_unordered(function: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda a, b: np.asarray(function(a, b) | _unordered(a, b))


def _not_equal(a: Array, b: Array) -> Array:
    return np.asarray((a != b) & ~_unordered(a, b))


def _widened(a: Array) -> Array:
    return (a.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _narrowed(a: Array) -> Array:
    """To bfloat16, to nearest, ties to even."""
    bits = a.view(np.uint32)
    up = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    rounded = (bits + up) >> np.uint32(16)
    return np.where(np.isnan(a), CANONICAL_NAN >> np.uint32(16), rounded).astype(np.uint16)


def _narrowed_pair(high: Array, low: Array) -> Array:
    return np.asarray(_narrowed(high).astype(np.uint32) << np.uint32(16) | _narrowed(low))


def _table() -> Iterator[tuple[str, Operation]]:
    for opcode, (count, function) in _ROUNDED.items():
        yield opcode, Operation("f32", ("f32",) * count, _canonical(function))
    yield "neg.f32", Operation("f32", ("f32",), _canonical(np.negative))
    yield "abs.f32", Operation("f32", ("f32",), _canonical(np.abs))
    for name, compare in _ORDERED.items():
        yield f"setp.{name}.f32", Operation("pred", ("f32", "f32"), compare)
        yield f"setp.{name}u.f32", Operation("pred", ("f32", "f32"), _or_unordered(compare))
    yield "setp.ne.f32", Operation("pred", ("f32", "f32"), _not_equal)
    yield "setp.neu.f32", Operation("pred", ("f32", "f32"), np.not_equal)
    yield "setp.nan.f32", Operation("pred", ("f32", "f32"), _unordered)
    yield "setp.num.f32", Operation("pred", ("f32", "f32"), lambda a, b: ~_unordered(a, b))
    yield "cvt.f32.bf16", Operation("f32", ("b16",), _canonical(_widened))
    yield "cvt.rn.bf16.f32", Operation("b16", ("f32",), _narrowed)
    yield "cvt.rn.bf16x2.f32", Operation("b32", ("f32", "f32"), _narrowed_pair)


FLOATS: Final[Table] = dict(_table())
"""Subnormal numbers are kept: nothing here has ``.ftz``."""
