"""Operations on integers, bits and predicates: PTX ISA 9.0, sections 9.7.1, 9.7.6 to 9.7.9."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from optimspec.impls.ptx.formats import NUMPY, Array
from optimspec.impls.ptx.operation import Operation, Table

_WIDTHS: Final = (16, 32, 64)

_COMPARISONS: Final[dict[str, Callable[[Array, Array], Array]]] = {
    name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")
}
_UNSIGNED_NAMES: Final = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}


def _moved(a: Array) -> Array:
    return a


def _selected(a: Array, b: Array, chosen: Array) -> Array:
    return np.where(chosen, a, b)


def _left(a: Array, by: Array) -> Array:
    width = 8 * a.dtype.itemsize
    return np.where(by < width, a << np.minimum(by, width - 1).astype(a.dtype), 0).astype(a.dtype)


def _right(a: Array, by: Array) -> Array:
    """Shift a signed number in its sign, an unsigned one in zeros, by any amount."""
    width = 8 * a.dtype.itemsize
    shifted = a >> np.minimum(by, width - 1).astype(a.dtype)
    return shifted if a.dtype.kind == "i" else np.where(by < width, shifted, 0).astype(a.dtype)


def _wide(kind: str) -> str:
    return f"{kind[0]}{2 * int(kind[1:])}"


def _product(a: Array, b: Array) -> Array:
    wide = f"{a.dtype.kind}{2 * a.dtype.itemsize}"
    return np.asarray(a.astype(wide) * b.astype(wide))


def _upper(a: Array, b: Array) -> Array:
    upper: Array = _product(a, b) >> (8 * a.dtype.itemsize)
    return upper.astype(a.dtype)


def _field(a: Array, start: Array, length: Array) -> Array:
    """So many bits of 32 from that one on, of which only the last 8 bits count (``bfe.u32``)."""
    long = a.astype(np.uint64) >> np.minimum(start & 0xFF, 63).astype(np.uint64)
    mask = (np.uint64(1) << np.minimum(length & 0xFF, 32).astype(np.uint64)) - np.uint64(1)
    bits: Array = long & mask
    return bits.astype(np.uint32)


def _permuted(a: Array, b: Array, selection: Array) -> Array:
    """Four of the eight bytes of ``b a``, or their signs (``prmt.b32`` without a mode)."""
    pair = (b.astype(np.uint64) << np.uint64(32)) | a
    result = np.zeros_like(pair)
    for i in range(4):
        chosen = selection.astype(np.uint64) >> np.uint64(4 * i)
        byte = (pair >> (np.uint64(8) * (chosen & 7))) & 0xFF
        sign = (byte >> np.uint64(7)) * np.uint64(0xFF)
        result = result | (np.where(chosen & 8, sign, byte) << np.uint64(8 * i))
    return result.astype(np.uint32)


def _arithmetic(kind: str) -> Iterator[tuple[str, Operation]]:
    pair, three = (kind, kind), (kind, kind, kind)
    yield f"add.{kind}", Operation(kind, pair, np.add)
    yield f"sub.{kind}", Operation(kind, pair, np.subtract)
    yield f"mul.lo.{kind}", Operation(kind, pair, np.multiply)
    yield f"mad.lo.{kind}", Operation(kind, three, lambda a, b, c: a * b + c)
    yield f"min.{kind}", Operation(kind, pair, np.minimum)
    yield f"max.{kind}", Operation(kind, pair, np.maximum)
    yield f"shr.{kind}", Operation(kind, (kind, "u32"), _right)
    if kind[1:] != "64":
        wide = _wide(kind)
        yield f"mul.wide.{kind}", Operation(wide, pair, _product)
        yield f"mul.hi.{kind}", Operation(kind, pair, _upper)
        yield f"mad.wide.{kind}", Operation(wide, (*pair, wide), lambda a, b, c: _product(a, b) + c)
    if kind[0] == "s":
        yield f"neg.{kind}", Operation(kind, (kind,), np.negative)
        yield f"abs.{kind}", Operation(kind, (kind,), np.abs)


def _compared(kind: str) -> Iterator[tuple[str, Operation]]:
    for name, function in _COMPARISONS.items():
        if name in ("eq", "ne") or kind[0] != "b":
            yield f"setp.{name}.{kind}", Operation("pred", (kind, kind), function)
    if kind[0] == "u":
        for name, same in _UNSIGNED_NAMES.items():
            yield f"setp.{name}.{kind}", Operation("pred", (kind, kind), _COMPARISONS[same])


def _bitwise(kind: str) -> Iterator[tuple[str, Operation]]:
    for name, function in (("and", np.bitwise_and), ("or", np.bitwise_or), ("xor", np.bitwise_xor)):
        yield f"{name}.{kind}", Operation(kind, (kind, kind), function)
    yield f"not.{kind}", Operation(kind, (kind,), np.invert)


def _table() -> Iterator[tuple[str, Operation]]:
    for width in _WIDTHS:
        signed, unsigned, bits = (f"{sign}{width}" for sign in "sub")
        yield from _arithmetic(signed)
        yield from _arithmetic(unsigned)
        yield from _bitwise(bits)
        yield f"shl.{bits}", Operation(bits, (bits, "u32"), _left)
        yield f"shr.{bits}", Operation(bits, (bits, "u32"), _right)
        for kind in (signed, unsigned, bits):
            yield from _compared(kind)
            yield f"selp.{kind}", Operation(kind, (kind, kind, "pred"), _selected)
            yield f"mov.{kind}", Operation(kind, (kind,), _moved)
    yield "selp.f32", Operation("f32", ("f32", "f32", "pred"), _selected)
    yield "mov.f32", Operation("f32", ("f32",), _moved)
    yield "mov.pred", Operation("pred", ("pred",), _moved)
    yield from _bitwise("pred")
    yield "bfe.u32", Operation("u32", ("u32", "u32", "u32"), _field)
    yield "prmt.b32", Operation("b32", ("b32", "b32", "b32"), _permuted)
    for opcode in ("cvta.global.u64", "cvta.to.global.u64"):
        yield opcode, Operation("u64", ("u64",), _moved)  # addresses in global memory are generic
    for to in (f"{sign}{width}" for sign in "us" for width in (8, *_WIDTHS)):
        for of in (f"{sign}{width}" for sign in "us" for width in (8, *_WIDTHS)):
            yield f"cvt.{to}.{of}", Operation(to, (of,), partial(_converted, to))


def _converted(to: str, a: Array) -> Array:
    return a.astype(NUMPY[to])


INTEGERS: Final[Table] = dict(_table())
"""Sums, products and differences keep their lower bits, as the instructions do."""
