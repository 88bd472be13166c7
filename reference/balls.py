"""Functions of Arb balls where python-flint's own give no enclosure, or one of nothing."""

from __future__ import annotations

import math
from typing import Any

import flint
import numpy as np


def power(x: flint.arb, n: int) -> flint.arb:
    """A whole power; python-flint's own is not a number for a ball around zero."""
    direct = x**n
    return direct if direct.is_finite() else math.prod([x] * n, start=flint.arb(1))


def root(x: flint.arb) -> flint.arb:
    """A square root; of a ball that has negative numbers too, that of its other part."""
    surely = x >= 0 or x < 0
    return (x if surely or x.is_nan() else x.nonnegative_part()).sqrt()


def sign(x: flint.arb) -> flint.arb:
    """The sign; Arb's own of what is not a number is any of -1 to 1."""
    return x if x.is_nan() else x.sgn()


def angle(y: flint.arb, x: flint.arb) -> flint.arb:
    """The angle of the point (x, y); Arb's own of what is not a number is any angle."""
    return y + x if y.is_nan() or x.is_nan() else flint.arb.atan2(y, x)


class Balls(np.ndarray[Any, np.dtype[np.object_]]):
    """An array of balls."""

    _powers = np.frompyfunc(power, 2, 1)

    def __pow__(self, exponent: Any) -> Any:  # type: ignore[override]  # noqa: ANN401
        if isinstance(exponent, int):
            return self._powers(self, exponent)
        return super().__pow__(exponent)
