"""Errors as linear forms: one rounding that several values carry is known to be the same.

Where a result is fed back, as the parameters are into the gradient, errors of opposite sign meet:
gradient descent shrinks an error that the parameters carry. Sizes of errors alone cannot show it.
Here every value is off by

    sum_i slope_i n_i  +  rest,      |n_i| <= 1,

where the noise terms ``n_i`` are shared by all values, and the rest has an unknown sign.
"""

from __future__ import annotations

import numpy as np

from optimspec.reference.bounded import Bounded, as_bounded
from optimspec.reference.formats import Array, Format


class Affine(Bounded):
    """A value, the bound on its error, and the part of the error that is a linear form.

    ``slope`` has the noise terms along its first axis, then the value's own axes; ``bound`` is at
    least the sum of its absolute values, and what it exceeds that sum by is the rest.
    """

    __slots__ = ("_spread", "slope")

    def __init__(
        self,
        value: Array,
        bound: Array,
        format: Format | None,  # noqa: A002
        slope: Array | None = None,
    ) -> None:
        super().__init__(value, bound, format)
        self.slope = np.zeros((0, *np.shape(value))) if slope is None else slope
        self._spread: Array | None = None

    def __add__(self, other: Bounded | int) -> Affine:
        return through(super().__add__(other), (self, 1.0), (as_affine(other), 1.0))

    def __sub__(self, other: Bounded | int) -> Affine:
        return through(super().__sub__(other), (self, 1.0), (as_affine(other), -1.0))

    def __rsub__(self, other: Bounded | int) -> Affine:
        return as_affine(other) - self

    def __mul__(self, other: Bounded | int) -> Affine:
        y = as_affine(other)
        return through(super().__mul__(other), (self, y.value), (y, self.value))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Affine:
        return Affine(-self.value, self.bound, self.format, -self.slope)

    def __pow__(self, n: int | Bounded) -> Affine:
        result = super().__pow__(n)
        if isinstance(n, Bounded):
            return as_affine(result)
        return through(result, (self, n * self.value ** (n - 1)))

    @property
    def spread(self) -> Array:
        """The size of the linear form."""
        if self._spread is None:
            self._spread = np.add.reduce(np.abs(self.slope), axis=0)
        return self._spread


def as_affine(x: Bounded | int) -> Affine:
    """Anything that an arithmetic may meet, its error of unknown sign unless it is affine."""
    own = as_bounded(x)
    return own if isinstance(own, Affine) else Affine(own.value, own.bound, own.format)


def through(result: Bounded, *operands: tuple[Affine, Array | float]) -> Affine:
    """The result of an operation, errors of its operands followed with their signs.

    Parameters
    ----------
    result
        What the operation gives when only the sizes of errors are known; its bound has at least
        ``|derivative| * bound`` of every operand.
    operands
        Those whose error is followed, each with the derivative of the result by it. An operand
        left out, or with a derivative of 0 or none that is finite, counts with the size of its
        error.
    """
    followed = [(x, derivative) for x, derivative in operands if len(x.slope)]
    if not followed:
        return as_affine(result)
    followed.sort(key=lambda operand: -len(operand[0].slope))
    (form, taken), *others = (_carried(*each, np.shape(result.value)) for each in followed)
    for part, more in others:
        form[: len(part)] += part
        taken = taken + more
    return linear(result, form, taken)


def _carried(x: Affine, derivative: Array | float, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """The linear form that an operand brings into a result of that shape, and its size."""
    known = np.broadcast_to(np.where(np.isfinite(derivative), derivative, 0.0), shape)
    return aligned(x.slope, shape) * known, np.abs(known) * x.spread


def linear(result: Bounded, form: Array, taken: Array | float) -> Affine:
    """The result of an operation with a linear form in place of what it adds to the bound.

    Parameters
    ----------
    result
        As for :func:`through`.
    form
        The linear form of its error.
    taken
        What the operands' linear forms contribute to the result's bound.
    """
    bound = np.maximum(result.bound - taken, 0.0) + np.add.reduce(np.abs(form), axis=0)
    usable = np.isfinite(bound)
    if np.all(usable):
        return Affine(result.value, bound, result.format, form)
    form = np.where(usable, form, 0.0)
    return Affine(result.value, np.where(usable, bound, result.bound), result.format, form)


def aligned(slope: Array, shape: tuple[int, ...]) -> Array:
    """The slopes of an operand, its own axes the last of ``shape``."""
    lacking = len(shape) + 1 - slope.ndim
    return np.reshape(slope, (len(slope), *(1,) * lacking, *slope.shape[1:])) if lacking else slope
