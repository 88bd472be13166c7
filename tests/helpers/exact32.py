"""Exact values rounded to float32, by integers alone."""

import struct
from fractions import Fraction
from math import isqrt

CANONICAL_NAN = 0x7FFFFFFF
LOWEST = -149
"""The exponent of the smallest subnormal number."""


def nearest(x: Fraction) -> float:
    """The float32 nearest to x, ties to even."""
    if x == 0:
        return 0.0
    exponent = abs(x.numerator).bit_length() - x.denominator.bit_length() - 1
    if abs(x) >= Fraction(2) ** (exponent + 1):
        exponent += 1
    unit = Fraction(2) ** max(exponent - 23, LOWEST)
    rounded = round(x / unit) * unit
    return float(rounded) if abs(rounded) < 2**128 else float("inf") * (1 if x > 0 else -1)


def nearest_root(x: Fraction) -> float:
    """The float32 nearest to the root of a float32, found with a sticky digit behind 64 others."""
    scaled = x * 4**200
    root = isqrt(scaled.numerator // scaled.denominator)
    inexact = root**2 != scaled
    return nearest(Fraction(2 * root + inexact, 2**201))


def bits(x: float) -> int:
    """The bits of a float32; every NaN has those of the canonical one."""
    return CANONICAL_NAN if x != x else struct.unpack("<I", struct.pack("<f", x))[0]
