"""The arithmetic of error bounds for what is fed back: every value's error is a linear form.

A rounding made in one step reaches the next by the kept variables, and from there by the gradient
too. ``Bounds`` adds up the sizes of these errors: training that forgets them looks as if it piled
them up. Here the roundings behind each kept variable and step become noise terms of their own,
which later steps follow with their signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from optimspec.reference.affine import Affine, aligned, as_affine, linear, through
from optimspec.reference.arithmetic import Relation
from optimspec.reference.bounded import Bounded, constant, rounded, summed
from optimspec.reference.bounds import Bounds
from optimspec.reference.formats import Array, Format, lacks
from optimspec.reference.root_bounds import inverse_root


class Feedback(Bounds):
    """Runs a program to values and bounds, errors followed with their signs; see ``Bounds``.

    Runs of one program share their noise terms with nothing: make a new one for every run.
    """

    def __init__(
        self, parameter: Format, state: Mapping[str, Format], *, coarse_scalars: bool = False
    ) -> None:
        super().__init__(parameter, state, coarse_scalars=coarse_scalars)
        self._terms = 0

    def tensor(self, values: Array) -> Affine:
        """See :class:`Arithmetic`; inputs are exact."""
        return as_affine(super().tensor(values))

    def scalar(self, value: float) -> Affine:
        """See :class:`Arithmetic`; hyperparameters are exact doubles."""
        return as_affine(super().scalar(value))

    def rational(self, p: int, q: int) -> Affine:
        """See :class:`Arithmetic`."""
        return as_affine(super().rational(p, q))

    def divide(self, numerator: Bounded | int, denominator: Bounded) -> Affine:
        """See :class:`Arithmetic`; unbounded where the denominator may be zero."""
        x, y = as_affine(numerator), as_affine(denominator)
        result = super().divide(x, y)
        return through(result, (x, 1 / y.value), (y, -result.value / y.value))

    def sqrt(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`; off by at most |d| / (sqrt(x) + sqrt(x - |d|))."""
        value = np.sqrt(x.value)
        secant = value + np.sqrt(np.maximum(x.value - x.bound, 0.0))
        bound = np.fmin(x.bound / secant, np.sqrt(x.bound))
        result = rounded(value, bound, x, underflows=False)
        inside = x.bound < x.value
        return through(result, (as_affine(x), np.where(inside, 1 / (2 * value), 0.0)))

    def maximum(self, x: Bounded, y: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return self._chosen(super().maximum(x, y), x, y, x.value - y.value)

    def minimum(self, x: Bounded, y: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return self._chosen(super().minimum(x, y), x, y, y.value - x.value)

    def _chosen(self, result: Bounded, x: Bounded, y: Bounded, lead: Array) -> Affine:
        """One of two values: the first where it leads surely, the other where that one does."""
        x, y = (as_affine(each) for each in as_affine(x).meet(y))
        noise = x.bound + y.bound
        first, second = lead > noise, -lead > noise
        bound = np.where(first, x.bound, np.where(second, y.bound, result.bound))
        sure = Bounded(result.value, bound, result.format)
        return through(sure, (x, np.where(first, 1.0, 0.0)), (y, np.where(second, 1.0, 0.0)))

    def absolute(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        apart = x.bound < np.abs(x.value)
        return through(super().absolute(x), (as_affine(x), np.sign(x.value) * apart))

    def sign(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return as_affine(super().sign(x))

    def exp(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        result = super().exp(x)
        return through(result, (as_affine(x), result.value))

    def log(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return through(super().log(x), (as_affine(x), 1 / x.value))

    def atan2(self, y: Bounded, x: Bounded) -> Affine:
        """See :class:`Arithmetic`; where the angle may be any, its error is not followed."""
        result = super().atan2(y, x)
        square = x.value**2 + y.value**2
        turns = np.where(result.bound < np.pi, 1 / square, 0.0)
        return through(result, (as_affine(y), x.value * turns), (as_affine(x), -y.value * turns))

    def select(
        self, relation: Relation, pair: tuple[Bounded, Bounded], x: Bounded, y: Bounded
    ) -> Affine:
        """See :class:`Arithmetic`."""
        first, second = as_affine(pair[0]).meet(pair[1])
        noise = first.bound + second.bound
        sure = (noise == 0) | (np.abs(first.value - second.value) > noise)
        holds = relation(first.value, second.value)
        result = super().select(relation, pair, x, y)
        first_taken, second_taken = (np.where(sure & h, 1.0, 0.0) for h in (holds, ~holds))
        return through(result, (as_affine(x), first_taken), (as_affine(y), second_taken))

    def total(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return self._summed(x, None)

    def mean(self, x: Bounded, axis: int | None) -> Affine:
        """See :class:`Arithmetic`."""
        if lacks(axis, x.value):
            return as_affine(x)
        length = np.size(x.value) if axis is None else np.shape(x.value)[axis]
        return self.divide(self._summed(x, axis), constant(length))

    def _summed(self, x: Bounded, axis: int | None) -> Affine:
        own = as_affine(x)
        axes = tuple(range(1, own.slope.ndim)) if axis is None else axis
        form = np.add.reduce(own.slope, axis=axes, keepdims=True)
        taken = np.add.reduce(own.spread, axis=axis, keepdims=True)
        return linear(summed(own, axis), form, taken)

    def matmul(self, x: Bounded, y: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        left, right = as_affine(x), as_affine(y)
        if 1 in (np.size(x.value), np.size(y.value)):
            return left * right
        result = super().matmul(left, right)
        form = np.zeros((max(len(left.slope), len(right.slope)), *np.shape(result.value)))
        form[: len(left.slope)] += left.slope @ right.value
        form[: len(right.slope)] += left.value @ right.slope
        taken = left.spread @ np.abs(right.value) + np.abs(left.value) @ right.spread
        return linear(result, form, taken)

    def transpose(self, x: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        if lacks(-2, x.value):
            return as_affine(x)
        result = super().transpose(x)
        slope = np.swapaxes(as_affine(x).slope, -1, -2)
        return Affine(result.value, result.bound, result.format, slope)

    def identity(self, n: int, like: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return as_affine(super().identity(n, like))

    def inverse_root(self, x: Bounded, p: int) -> Affine:
        """See :class:`Arithmetic`; its error becomes noise terms, whatever it came from."""
        found = inverse_root(x, p)
        if not np.all(np.isfinite(found.inside)):
            return as_affine(found.root)
        terms = found.terms()
        form = np.zeros((self._terms + len(terms), *np.shape(found.root.value)))
        form[self._terms :] = terms
        self._terms = len(form)
        return linear(found.root, form, found.root.bound - found.outside)

    def part(self, x: Bounded, at: int) -> Affine:
        """See :class:`Arithmetic`."""
        result, slope = super().part(x, at), as_affine(x).slope
        own = np.reshape(slope, (len(slope), np.size(x.value)))[:, at : at + 1]
        return Affine(result.value, result.bound, result.format, own)

    def joined(self, parts: Sequence[Bounded], shape: tuple[int, ...]) -> Affine:
        """See :class:`Arithmetic`."""
        result = super().joined(parts, shape)
        own = [as_affine(x).slope for x in parts]
        form = np.zeros((max(map(len, own)), len(parts)))
        for at, slope in enumerate(own):
            form[: len(slope), at] = slope[:, 0]
        return Affine(result.value, result.bound, result.format, form.reshape(-1, *shape))

    def intermediate(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; the rest of the error becomes noise terms of its own."""
        return x if not isinstance(x, Bounded) or x.format is None else self._noted(x, x)

    def begin(self, name: str, x: Bounded, like: Bounded) -> Affine:
        """See :class:`Arithmetic`."""
        return self._noted(x, super().begin(name, x, like))

    def store(self, name: str, x: Bounded, previous: Bounded) -> Affine:
        """See :class:`Arithmetic`; the rest of the error becomes noise terms of its own."""
        return self._noted(x, super().store(name, x, previous))

    def _noted(self, x: Bounded, kept: Bounded) -> Affine:
        """``kept``, a value stored as it is or rounded, with a noise term for each element."""
        shape, own = np.shape(kept.value), as_affine(x)
        slope = np.broadcast_to(aligned(own.slope, shape), (len(own.slope), *shape))
        rest = kept.bound - np.sum(np.abs(slope), axis=0)
        size = np.size(kept.value)
        form = np.zeros((self._terms + size, *shape))
        form[: len(slope)] = slope
        rest = np.where(np.isfinite(rest), np.maximum(rest, 0.0), 0.0)
        form[self._terms :] = np.reshape(np.diag(np.ravel(rest)), (size, *shape))
        self._terms += size
        return Affine(kept.value, kept.bound, kept.format, form)
