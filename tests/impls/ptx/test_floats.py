"""Float instructions give the float32 nearest to the exact value, or what IEEE 754 says."""

import ctypes
import ctypes.util
import itertools
import math
import operator
from fractions import Fraction

import numpy as np
import pytest

from exact32 import CANONICAL_NAN, bits, nearest, nearest_root
from ptx_kernels import applied

EDGES = [0.0, 2.0**-149, 1e-40, 2.0**-126, 1.0, 1 + 2.0**-23, 3.0, 2e19, 3.4028235e38, np.inf]
VALUES = np.array([*EDGES, *(-x for x in EDGES), np.nan], np.float32)


def rows(count):
    """Every combination of edge values, and random ones that cancel and underflow."""
    random = np.random.default_rng(0)
    drawn = random.standard_normal((500, count)) * 2.0 ** random.integers(-80, 60, (500, count))
    every = np.array(list(itertools.product(VALUES, repeat=count)))
    table = np.concatenate([every, drawn]).astype(np.float32)
    if count == 3:
        table[-300:, 2] = -(table[-300:, 0] * table[-300:, 1])
    return table.T


def exactly(function):
    """The function of exact values, rounded; None of what is not finite."""

    def rounded(*x):
        if not all(map(math.isfinite, x)):
            return None
        return nearest(function(*map(Fraction, x)))

    return rounded


def agrees(expected, got, special):
    """Whether bits are those of the exact value, or of the special one where it is none or 0."""
    wanted = [bits(s if e is None or e == 0 else e) for e, s in zip(expected, special, strict=True)]
    return wanted == [int(x) for x in got.view(np.uint32)]


@pytest.mark.parametrize(
    ("opcode", "function", "special"),
    [
        ("add.rn.f32", operator.add, np.add),
        ("sub.rn.f32", operator.sub, np.subtract),
        ("mul.rn.f32", operator.mul, np.multiply),
    ],
)
def test_sums_and_products_are_rounded_once(opcode, function, special):
    columns = rows(2)
    got = applied(opcode, ("f32", "f32"), "f32", columns)
    expected = [exactly(function)(*map(float, row)) for row in columns.T]
    with np.errstate(all="ignore"):
        assert agrees(expected, got, special(*columns.astype(np.float64)).tolist())


def test_quotients_are_rounded_once():
    a, b = rows(2)
    got = applied("div.rn.f32", ("f32", "f32"), "f32", (a, b))
    reciprocal = applied("rcp.rn.f32", ("f32",), "f32", (b,))

    def quotient(x, y):
        return exactly(operator.truediv)(x, y) if y else None

    with np.errstate(all="ignore"):
        wide = [float(x) for x in a.astype(float) / b.astype(float)]
        inverse = [float(x) for x in 1 / b.astype(float)]
    assert agrees([quotient(float(x), float(y)) for x, y in zip(a, b, strict=True)], got, wide)
    assert agrees([quotient(1.0, float(y)) for y in b], reciprocal, inverse)


def test_roots_are_rounded_once():
    (a,) = rows(1)
    got = applied("sqrt.rn.f32", ("f32",), "f32", (a,))
    with np.errstate(all="ignore"):
        special = np.sqrt(a.astype(float)).tolist()
    assert agrees(
        [nearest_root(Fraction(float(x))) if 0 <= x < np.inf else None for x in a], got, special
    )


def test_fused_sums_are_rounded_once():
    columns = rows(3)
    got = applied("fma.rn.f32", ("f32",) * 3, "f32", columns)

    def fused(a, b, c):
        return exactly(lambda x, y, z: x * y + z)(a, b, c)

    with np.errstate(all="ignore"):
        a, b, c = columns.astype(np.float64)
        special = (a * b + c).tolist()
    assert agrees([fused(*map(float, row)) for row in columns.T], got, special)


def test_fused_sums_are_those_of_the_c_library():
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    library.fmaf.argtypes, library.fmaf.restype = [ctypes.c_float] * 3, ctypes.c_float
    columns = rows(3)
    got = applied("fma.rn.f32", ("f32",) * 3, "f32", columns)
    expected = [bits(library.fmaf(*map(float, row))) for row in columns.T]
    assert expected == got.view(np.uint32).tolist()


@pytest.mark.parametrize(("opcode", "function"), [("neg.f32", operator.neg), ("abs.f32", abs)])
def test_signs_change_and_nothing_else(opcode, function):
    got = applied(opcode, ("f32",), "f32", (VALUES,))
    assert [bits(function(float(x))) for x in VALUES] == got.view(np.uint32).tolist()


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_with_nan_are_false_or_by_their_u_true(name):
    a, b = np.array(list(itertools.product(VALUES, repeat=2))).T
    ordered = applied(f"setp.{name}.f32", ("f32", "f32"), "pred", (a, b))
    unordered = applied(f"setp.{name}u.f32", ("f32", "f32"), "pred", (a, b))
    compare = getattr(operator, name)
    for x, y, one, other in zip(a, b, ordered, unordered, strict=True):
        nan = math.isnan(x) or math.isnan(y)
        assert (one, other) == ((False, True) if nan else (compare(x, y),) * 2)


def test_nan_is_told_from_numbers():
    a, b = np.array(list(itertools.product(VALUES, repeat=2))).T
    nan = applied("setp.nan.f32", ("f32", "f32"), "pred", (a, b))
    number = applied("setp.num.f32", ("f32", "f32"), "pred", (a, b))
    assert nan.tolist() == (np.isnan(a) | np.isnan(b)).tolist()
    assert (nan + number == 1).all()


def halves():
    """Every bfloat16, and float32 values at and beside the middle between two."""
    upper = np.arange(2**16, dtype=np.uint32)[::17] << 16
    lower = np.array([0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF], np.uint32)
    return (upper[:, None] | lower).ravel().view(np.float32)


def bfloat16(x):
    """The nearest by exact values: those between two neighbours, ties to the even one."""
    if math.isnan(x):
        return CANONICAL_NAN >> 16
    low = bits(x) >> 16
    below, above = (_value(low), _value(low + 1))
    exact = Fraction(x) if math.isfinite(x) else None
    if exact is None or below == x:
        return low
    up = 2 * abs(exact) - abs(Fraction(below)) - above
    return low + (up > 0 or (up == 0 and low % 2 == 1))


def _value(upper):
    """The size of the number with these upper bits; what follows the largest is 2^128."""
    size = upper & 0x7FFF
    return (
        Fraction(2) ** 128
        if size == 0x7F80
        else float(np.array([size << 16], np.uint32).view(np.float32)[0])
    )


def test_bfloat16_is_rounded_to_nearest_even():
    a = halves()
    got = applied("cvt.rn.bf16.f32", ("f32",), "b16", (a,))
    pairs = applied("cvt.rn.bf16x2.f32", ("f32", "f32"), "b32", (a, a[::-1]))
    expected = [bfloat16(float(x)) for x in a]
    assert expected == got.tolist()
    assert [h << 16 | x for h, x in zip(expected, expected[::-1], strict=True)] == pairs.tolist()


def test_bfloat16_is_the_upper_half():
    words = np.arange(2**16, dtype=np.uint16)[::7]
    got = applied("cvt.f32.bf16", ("b16",), "f32", (words,))
    wide = (words.astype(np.uint32) << 16).view(np.float32)
    assert [bits(float(x)) for x in wide] == got.view(np.uint32).tolist()
