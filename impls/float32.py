"""The operation of float32 arithmetic that NumPy lacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
Operand = Tensor | np.float32


def fma(a: Operand, b: Operand, c: Operand) -> Tensor:
    """The sum a b + c, rounded once.

    A product of two float32 is exact in float64. The sum is rounded to odd there, the error of its
    rounding being known exactly (Knuth's TwoSum). A value rounded to odd with two more digits
    or any number beyond rounds to nearest as the exact one does: Boldo & Melquiond, "Emulation of a
    FMA and correctly rounded sums: proved algorithms using rounding to odd", theorem 2.

    Parameters
    ----------
    a, b, c
        Arrays of float32, or scalars, of shapes that broadcast; infinities and NaN included.
    """
    product = np.asarray(np.multiply(a, b, dtype=np.float64))
    addend = np.asarray(c, np.float64)
    total = np.asarray(product + addend)
    back = total - product
    lost = (product - (total - back)) + (addend - back)
    is_even = total.view(np.int64) % 2 == 0
    beyond = np.nextafter(total, np.copysign(np.inf, lost))
    return np.where((np.abs(lost) > 0) & is_even, beyond, total).astype(np.float32)
