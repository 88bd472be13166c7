"""The operations of float32 arithmetic that NumPy lacks."""

from __future__ import annotations

import math

import numpy as np

from optimspec.impls.float32 import Operand, Tensor, fma

__all__ = ["Operand", "Tensor", "fma", "lerp", "powf"]


def lerp(start: Operand, end: Operand, weight: Operand) -> Tensor:
    """From ``start`` the share ``weight`` of the way to ``end``, by two fused multiply-adds."""
    return fma(weight, end, fma(-weight, start, start))


def powf(base: np.float32, exponent: int) -> np.float32:
    """``base**exponent`` in float32, rounded from the double that the C library gives.

    Where CUDA's powf rounds otherwise, it is off by less than one unit in the last place.
    """
    return np.float32(math.pow(base, exponent))
