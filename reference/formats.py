"""Binary floating-point formats, and rounding into them exactly once.

Values of every format here are held as float64, which contains them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import mpmath
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Format:
    """An IEEE 754 style binary format with subnormals, rounding to nearest even.

    Parameters
    ----------
    name
        As NumPy and torch name the dtype.
    precision
        Significand bits p, the hidden one included.
    emax
        Exponent of the largest power of two; the smallest normal one is ``1 - emax``.
    flushes
        Whether subnormal numbers are taken for zero, as operands and as results.
    """

    name: str
    precision: int
    emax: int
    flushes: bool = False

    @cached_property
    def unit_roundoff(self) -> float:
        """The unit roundoff u = 2^-p: the largest relative error of one normal rounding."""
        return 2.0**-self.precision

    @cached_property
    def quantum_exponent(self) -> int:
        """Exponent of the smallest subnormal number."""
        return 2 - self.emax - self.precision

    @cached_property
    def underflow(self) -> float:
        """The largest absolute error of one rounding below the normal range.

        Half the smallest subnormal number; for float64, where that half is not a number, the
        smallest one itself. Without subnormal numbers the smallest normal one.
        """
        if self.flushes:
            return self.smallest_normal
        return max(2.0 ** (self.quantum_exponent - 1), 2.0**-1074)

    @cached_property
    def smallest_normal(self) -> float:
        """The smallest positive number of full precision."""
        return 2.0 ** (1 - self.emax)

    @cached_property
    def largest(self) -> float:
        """The largest finite number."""
        return (2.0 - 2.0 ** (1 - self.precision)) * 2.0**self.emax

    def round(self, values: Array) -> Array:
        """Round float64 numbers to this format, to nearest, ties to even; overflow gives inf."""
        if self.flushes:
            values = np.where(np.abs(values) < self.smallest_normal, 0.0, values)
        if self.precision == FLOAT64.precision:
            return values
        _, exponent = np.frexp(values)
        quantum = np.ldexp(1.0, np.maximum(exponent - self.precision, self.quantum_exponent))
        with np.errstate(invalid="ignore", over="ignore"):
            rounded: Array = np.rint(values / quantum) * quantum
        overflow = np.abs(rounded) > self.largest
        return np.where(overflow, np.copysign(np.inf, values), rounded)

    def nearest(self, value: mpmath.mpf) -> float:
        """Round a multiple-precision number straight to this format.

        ``float(mpf)`` misrounds some subnormal results, and going through float64 rounds twice.
        """
        sign, mantissa, exponent, bits = value._mpf_
        if not mantissa:
            return float(value)
        shift = max(bits + exponent - self.precision, self.quantum_exponent) - exponent
        if shift > 0:
            kept, rest, half = mantissa >> shift, mantissa & ((1 << shift) - 1), 1 << (shift - 1)
            mantissa = kept + (rest > half or (rest == half and kept & 1))
            exponent += shift
        magnitude = int(mantissa)
        if magnitude.bit_length() + exponent > self.emax + 1:
            return -np.inf if sign else np.inf
        return float(np.ldexp(-magnitude if sign else magnitude, exponent))


FLOAT64: Final = Format("float64", 53, 1023)
FLOAT32: Final = Format("float32", 24, 127)
BFLOAT16: Final = Format("bfloat16", 8, 127)
FLOAT16: Final = Format("float16", 11, 15)

FORMATS: Final = {f.name: f for f in (FLOAT64, FLOAT32, BFLOAT16, FLOAT16)}
"""The formats by name, widest first."""


def widest(*formats: Format) -> Format:
    """The format of largest precision."""
    return max(formats, key=lambda f: f.precision)


def unit_matrices(n: int, like: tuple[int, ...]) -> Array:
    """Identity matrices of n rows, one for each of the matrices in a tensor of that shape."""
    return np.broadcast_to(np.eye(n), (*like[:-2], n, n))


def lacks(axis: int | None, x: Any) -> bool:  # noqa: ANN401 - arrays of any kind of number
    """Whether ``x`` has no such axis, counted from the last: then it is a scalar."""
    return axis is not None and np.ndim(x) < -axis


def filled(x: Any, previous: Any) -> Any:  # noqa: ANN401 - arrays of any kind of number
    """``x`` for every element of ``previous``; one number may stand for several to be tried."""
    if np.shape(x) == np.shape(previous):
        return x
    shape = np.broadcast_shapes(np.shape(x), np.shape(previous))
    return x if np.shape(x) == shape else np.broadcast_to(x, shape, subok=True)
