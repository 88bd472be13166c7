"""The arithmetic of error bounds: every value carries the most it can be off by.

Running a program in it differentiates the program, operation by operation: a result f(x, y) of
operands with errors E[x], E[y] gets

    E[f] = |df/dx| E[x] + |df/dy| E[y] + (second-order terms) + u |f| + underflow,

which summed over the operations of an equation is the equation's first-order bound. The secants
taken for division and square root in place of tangents keep it a bound where the errors are not
small, down to zero gradients and denominators that a format cannot tell from zero.

Scalars (hyperparameters, the step, constants and what is computed from them alone) are evaluated
in double precision, as every program that keeps them as Python floats does. They are rounded once
to the tensors' format where they meet a tensor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimspec.reference.formats import FLOAT64, Array, Format, widest

Mask = NDArray[np.bool_]


class Bounded:
    """Values and the bounds on their errors, elementwise."""

    __slots__ = ("bound", "format", "value")

    def __init__(self, value: Array, bound: Array, format: Format | None) -> None:  # noqa: A002
        """``format`` is the one operations on it round to; None for a scalar."""
        self.value = value
        self.bound = bound
        self.format = format

    def _meet(self, other: Self | int) -> tuple[Bounded, Bounded]:
        """Both operands, a scalar that meets a tensor rounded to the tensor's format."""
        second = _constant(other) if isinstance(other, int) else other
        if self.format is None and second.format is not None:
            return _entered(self, second.format), second
        if second.format is None and self.format is not None:
            return self, _entered(second, self.format)
        return self, second

    def __add__(self, other: Self | int) -> Bounded:
        x, y = self._meet(other)
        return _rounded(x.value + y.value, x.bound + y.bound, x, underflows=False)

    def __sub__(self, other: Self | int) -> Bounded:
        x, y = self._meet(other)
        return _rounded(x.value - y.value, x.bound + y.bound, x, underflows=False)

    def __rsub__(self, other: int) -> Bounded:
        return _constant(other) - self

    def __mul__(self, other: Self | int) -> Bounded:
        if isinstance(other, int) and abs(other) == 1:
            return Bounded(self.value * other, self.bound, self.format)
        x, y = self._meet(other)
        bound = np.abs(x.value) * y.bound + np.abs(y.value) * x.bound + x.bound * y.bound
        return _rounded(x.value * y.value, bound, x, underflows=_live(x) & _live(y))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, self.bound, self.format)

    def __rpow__(self, base: int) -> Bounded:
        return _power(_constant(base), self)

    def __pow__(self, n: int | Bounded) -> Bounded:
        if isinstance(n, Bounded):
            return _power(self, n)
        size = np.abs(self.value)
        bound = (size + self.bound) ** n - size**n
        bound = np.maximum(bound, n * size ** (n - 1) * self.bound) if n > 0 else bound
        return _rounded(self.value**n, bound, self, underflows=_live(self))


def _power(base: Bounded, exponent: Bounded) -> Bounded:
    """A power whose exponent is no integer; unbounded where the base is not positive."""
    x, y = base._meet(exponent)
    with np.errstate(all="ignore"):
        value = x.value**y.value
        bound = np.abs(value) * (
            np.abs(y.value / x.value) * x.bound + np.abs(np.log(x.value)) * y.bound
        )
    bound = np.where((x.value > 0) & np.isfinite(bound), bound, np.inf)
    return _rounded(value, bound, x, underflows=True)


def _constant(value: float) -> Bounded:
    return Bounded(np.float64(value), np.float64(0.0), None)  # type: ignore[arg-type]


def _live(x: Bounded) -> Mask:
    """Where ``x`` is not surely zero; a product with a sure zero is exact."""
    return np.asarray((x.value != 0) | (x.bound > 0))


def _rounded(value: Array, bound: Array, like: Bounded, *, underflows: Mask | bool) -> Bounded:
    """The result of one rounded operation, ``bound`` being what its operands contribute."""
    into = like.format or FLOAT64
    size = np.abs(value)
    total = bound + into.unit_roundoff * (size + bound)
    if underflows is not False:
        total = total + into.underflow * underflows
    decided = size + total <= into.largest
    return Bounded(value, np.where(decided, total, np.inf), like.format)


def _entered(scalar: Bounded, into: Format) -> Bounded:
    """A scalar as an operand of tensor arithmetic: rounded unless it fits exactly.

    Below the normal range a format keeps no relative accuracy, and an equivalent form that scales
    the scalar (eps by the bias correction) may lose it altogether: there it is not known at all.
    """
    size = np.abs(scalar.value)
    normal = size >= into.smallest_normal
    fits = (scalar.bound == 0) & (into.round(scalar.value) == scalar.value)
    fits &= normal | (size == 0)
    rounding = np.where(normal, into.unit_roundoff, 1.0) * size + into.underflow
    bound = scalar.bound + np.where(fits, 0.0, rounding)
    return Bounded(scalar.value, bound, into)


class Bounds:
    """Runs a program to values and bounds.

    Parameters
    ----------
    parameter
        The parameters' and gradients' format.
    state
        Formats of the state variables that are kept in another one, by name. Operations are
        done in the widest format that occurs, and a variable is rounded again where it is kept
        in a narrower one.
    coarse_scalars
        Whether scalars are computed in the tensors' format too, instead of in double precision.
    """

    def __init__(
        self, parameter: Format, state: Mapping[str, Format], *, coarse_scalars: bool = False
    ) -> None:
        self._coarse_scalars = coarse_scalars
        self._arithmetic = widest(parameter, *state.values())
        self._kept = {"theta": parameter, **state}
        self._parameter = parameter

    def tensor(self, values: Array) -> Bounded:
        """See :class:`Arithmetic`; inputs are exact."""
        return Bounded(values, np.zeros_like(values), self._arithmetic)

    def scalar(self, value: float) -> Bounded:
        """See :class:`Arithmetic`; hyperparameters are exact doubles."""
        exact = _constant(value)
        return _entered(exact, self._arithmetic) if self._coarse_scalars else exact

    def rational(self, p: int, q: int) -> Bounded:
        """See :class:`Arithmetic`."""
        return self.divide(_constant(p), _constant(q))

    def divide(self, numerator: Bounded | int, denominator: Bounded) -> Bounded:
        """See :class:`Arithmetic`; unbounded where the denominator may be zero."""
        first = _constant(numerator) if isinstance(numerator, int) else numerator
        x, y = first._meet(denominator)
        value = x.value / y.value
        room = np.abs(y.value) - y.bound
        bound = (x.bound + np.abs(value) * y.bound) / room
        bound = np.where(room > 0, bound, np.inf)
        return _rounded(value, bound, x, underflows=_live(x))

    def sqrt(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; |sqrt(x + d) - sqrt(x)| <= min(|d| / sqrt(x), sqrt(|d|))."""
        value = np.sqrt(x.value)
        bound = np.fmin(x.bound / value, np.sqrt(x.bound))
        return _rounded(value, bound, x, underflows=False)

    def maximum(self, x: Bounded, y: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        x, y = x._meet(y)
        return Bounded(np.maximum(x.value, y.value), np.maximum(x.bound, y.bound), x.format)

    def absolute(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        return Bounded(np.abs(x.value), x.bound, x.format)

    def store(self, name: str, x: Bounded, previous: Bounded) -> Bounded:
        """See :class:`Arithmetic`.

        A variable may be kept up to date by an increment, ``x += w (s - x)`` in place of
        ``x = (1 - w) x + w s``; the increment then has a rounding of its own.
        """
        x = self._filled(x, previous)
        increment = self._arithmetic.unit_roundoff * np.abs(x.value - previous.value)
        bound = np.where(np.isnan(increment), np.inf, x.bound + increment)
        x = Bounded(x.value, bound, x.format)
        kept = self._kept.get(name, self._parameter)
        if kept.precision == self._arithmetic.precision:
            return x
        stored = _rounded(x.value, x.bound, Bounded(x.value, x.bound, kept), underflows=True)
        return Bounded(x.value, stored.bound, self._arithmetic)

    def _filled(self, x: Bounded | int, previous: Bounded) -> Bounded:
        """What is kept for every element, where an equation has the same value for all."""
        scalar = _constant(x) if isinstance(x, int) else x
        if scalar.format is not None:
            return scalar
        entered, shape = _entered(scalar, self._arithmetic), np.shape(previous.value)
        value, bound = (np.broadcast_to(y, shape) for y in (entered.value, entered.bound))
        return Bounded(value, bound, self._arithmetic)
