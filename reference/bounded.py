"""Values that carry the most they can be off by, and what one operation does to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimspec.reference.formats import FLOAT64, Array, Format, widest

Mask = NDArray[np.bool_]


class Bounded:
    """Values and the bounds on their errors, elementwise."""

    __slots__ = ("bound", "format", "signed", "value")

    def __init__(
        self,
        value: Array,
        bound: Array,
        format: Format | None,  # noqa: A002
        *,
        signed: bool = True,
    ) -> None:
        """``format`` is the one operations on it round to; None for a scalar.

        ``signed`` says whether some evaluation may make it negative; a sum of squares never is.
        """
        self.value = value
        self.bound = bound
        self.format = format
        self.signed = signed

    def meet(self, other: Bounded | int) -> tuple[Bounded, Bounded]:
        """Both operands in one format.

        A scalar that meets a tensor is rounded to the tensor's; of two tensors, that of the
        narrower format fits the wider.
        """
        second = as_bounded(other)
        if self.format is None and second.format is not None:
            return entered(self, second.format), second
        if second.format is None and self.format is not None:
            return self, entered(second, self.format)
        if self.format is second.format or self.format is None or second.format is None:
            return self, second
        into = widest(self.format, second.format)
        return Bounded(self.value, self.bound, into), Bounded(second.value, second.bound, into)

    def __add__(self, other: Bounded | int) -> Bounded:
        x, y = self.meet(other)
        signed = x.signed or y.signed
        return rounded(x.value + y.value, x.bound + y.bound, x, underflows=False, signed=signed)

    def __sub__(self, other: Bounded | int) -> Bounded:
        x, y = self.meet(other)
        return rounded(x.value - y.value, x.bound + y.bound, x, underflows=False)

    def __rsub__(self, other: int) -> Bounded:
        return constant(other) - self

    def __mul__(self, other: Bounded | int) -> Bounded:
        if isinstance(other, int) and abs(other) == 1:
            signed = self.signed or other < 0
            return Bounded(self.value * other, self.bound, self.format, signed=signed)
        x, y = self.meet(other)
        bound = np.abs(x.value) * y.bound + np.abs(y.value) * x.bound + x.bound * y.bound
        underflows, signed = live(x) & live(y), x.signed or y.signed
        return rounded(x.value * y.value, bound, x, underflows=underflows, signed=signed)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, self.bound, self.format)

    def __rpow__(self, base: int) -> Bounded:
        return _power(constant(base), self)

    def __pow__(self, n: int | Bounded) -> Bounded:
        if isinstance(n, Bounded):
            return _power(self, n)
        size = np.abs(self.value)
        bound = (size + self.bound) ** n - size**n
        bound = np.maximum(bound, n * size ** (n - 1) * self.bound) if n > 0 else bound
        signed = self.signed and n % 2 == 1
        return rounded(self.value**n, bound, self, underflows=live(self), signed=signed)


def _power(base: Bounded, exponent: Bounded) -> Bounded:
    """A power whose exponent is no integer; unbounded where the base is not positive."""
    x, y = base.meet(exponent)
    with np.errstate(all="ignore"):
        value = x.value**y.value
        bound = np.abs(value) * (
            np.abs(y.value / x.value) * x.bound + np.abs(np.log(x.value)) * y.bound
        )
    bound = np.where((x.value > 0) & np.isfinite(bound), bound, np.inf)
    return rounded(value, bound, x, underflows=True)


def constant(value: float) -> Bounded:
    """A scalar that is exact in double precision."""
    exact, error = np.float64(value), np.float64(0.0)
    return Bounded(exact, error, None, signed=value < 0)  # type: ignore[arg-type]


def live(x: Bounded) -> Mask:
    """Where ``x`` is not surely zero; a product with a sure zero is exact."""
    return np.asarray((x.value != 0) | (x.bound > 0))


def rounded(
    value: Array, bound: Array, like: Bounded, *, underflows: Mask | bool, signed: bool = True
) -> Bounded:
    """The result of one rounded operation, ``bound`` being what its operands contribute."""
    into = like.format or FLOAT64
    size = np.abs(value)
    total = bound + into.unit_roundoff * (size + bound)
    if into.flushes:  # sums too, which subnormal numbers would keep exact
        total = total + into.underflow
    elif underflows is not False:
        total = total + into.underflow * underflows
    decided = size + total <= into.largest
    return Bounded(value, np.where(decided, total, np.inf), like.format, signed=signed)


def as_bounded(x: Bounded | int) -> Bounded:
    """A count as a scalar; anything else as it is."""
    return constant(x) if isinstance(x, int) else x


def gamma(roundings: int, into: Format) -> float:
    """What so many roundings of one term can do to it, relatively."""
    most = roundings * into.unit_roundoff
    return most / (1 - most) if most < 1 else np.inf


def decided(bound: Array, size: Array, into: Format) -> Array:
    """The bound, or infinity where a value of that size may overflow."""
    return np.where(size + bound <= into.largest, bound, np.inf)


def summed(x: Bounded, axis: int | None) -> Bounded:
    """The sum along an axis, which keeps the length 1, in any order of summation."""
    into = x.format or FLOAT64
    value, error, most = (
        np.add.reduce(part, axis=axis, keepdims=True)
        for part in (x.value, x.bound, np.abs(x.value) + x.bound)
    )
    length = np.size(x.value) if axis is None else np.shape(x.value)[axis]
    bound = error + gamma(max(length - 1, 0), into) * most
    if into.flushes:
        bound = bound + length * into.underflow
    return Bounded(value, decided(bound, most, into), x.format, signed=x.signed)


def angle(y: Bounded, x: Bounded) -> Bounded:
    """The angle of the point (x, y), by a function that is off by up to two roundings.

    A point at distance r that is off by d < r turns by at most
    arcsin(|x dy - y dx| / (r (r - d))), unless it may cross the half-axis on whose sides the angle
    is pi and -pi. Anywhere else the angle may be any.
    """
    value, length = np.arctan2(y.value, x.value), np.hypot(x.value, y.value)
    off = np.hypot(x.bound, y.bound)
    across = (np.abs(x.value) * y.bound + np.abs(y.value) * x.bound) / length
    crosses = (x.value < x.bound) & (np.abs(y.value) <= y.bound)
    turned = np.arcsin(np.fmin(across / (length - off), 1))
    bound = np.where((off < length) & ~crosses, turned, 2 * np.pi)
    bound = np.where(off == 0, 0.0, np.where(np.isfinite(off), bound, np.inf))
    once = rounded(value, bound, x, underflows=live(y))
    return rounded(value, once.bound, x, underflows=False)


def entered(scalar: Bounded, into: Format) -> Bounded:
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
    return Bounded(scalar.value, bound, into, signed=bool(np.any(scalar.value < 0)))
