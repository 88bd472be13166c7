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

from collections.abc import Mapping, Sequence

import numpy as np

from optimspec.reference.arithmetic import Relation
from optimspec.reference.bounded import (
    Bounded,
    angle,
    as_bounded,
    constant,
    decided,
    entered,
    gamma,
    live,
    rounded,
    summed,
)
from optimspec.reference.formats import FLOAT64, Array, Format, lacks, unit_matrices, widest
from optimspec.reference.root_bounds import inverse_root


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
        """See :class:`Arithmetic`; inputs are exact, unless they are taken for zero."""
        into = self._arithmetic
        is_lost = into.flushes & (np.abs(values) < into.smallest_normal)
        return Bounded(values, np.where(is_lost, np.abs(values), 0.0), into)

    def scalar(self, value: float) -> Bounded:
        """See :class:`Arithmetic`; hyperparameters are exact doubles."""
        exact = constant(value)
        return entered(exact, self._arithmetic) if self._coarse_scalars else exact

    def rational(self, p: int, q: int) -> Bounded:
        """See :class:`Arithmetic`."""
        return self.divide(constant(p), constant(q))

    def divide(self, numerator: Bounded | int, denominator: Bounded) -> Bounded:
        """See :class:`Arithmetic`; unbounded where the denominator may be zero."""
        x, y = as_bounded(numerator).meet(denominator)
        value = x.value / y.value
        room = np.abs(y.value) - y.bound
        bound = (x.bound + np.abs(value) * y.bound) / room
        bound = np.where(room > 0, bound, np.inf)
        return rounded(value, bound, x, underflows=live(x), signed=x.signed or y.signed)

    def sqrt(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; |sqrt(x + d) - sqrt(x)| <= min(|d| / sqrt(x), sqrt(|d|)).

        Unbounded where ``x`` may come out negative, as a difference may.
        """
        value = np.sqrt(x.value)
        bound = np.fmin(x.bound / value, np.sqrt(x.bound))
        if x.signed:
            bound = np.where(x.value < x.bound, np.inf, bound)
        return rounded(value, bound, x, underflows=False, signed=False)

    def maximum(self, x: Bounded, y: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        x, y = x.meet(y)
        value, bound = np.maximum(x.value, y.value), np.maximum(x.bound, y.bound)
        return Bounded(value, bound, x.format, signed=x.signed and y.signed)

    def minimum(self, x: Bounded, y: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        x, y = x.meet(y)
        value, bound = np.minimum(x.value, y.value), np.maximum(x.bound, y.bound)
        return Bounded(value, bound, x.format, signed=x.signed or y.signed)

    def sign(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; where ``x`` may be zero or of either sign, off by up to 2."""
        value, apart = np.sign(x.value), x.bound < np.abs(x.value)
        return Bounded(value, np.where((x.bound == 0) | apart, 0.0, 1 + np.abs(value)), x.format)

    def exp(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; two roundings, for a function that is not correctly rounded."""
        value = np.exp(x.value)
        once = rounded(value, value * np.expm1(x.bound), x, underflows=True)
        return rounded(value, once.bound, x, underflows=False, signed=False)

    def log(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; |log(x + d) - log(x)| <= -log(1 - |d| / x), two roundings."""
        value = np.log(x.value)
        share = np.where(x.value > 0, x.bound / x.value, np.inf)
        bound = np.where(share < 1, -np.log1p(-np.fmin(share, 1)), np.inf)
        once = rounded(value, bound, x, underflows=False)
        return rounded(value, once.bound, x, underflows=False)

    def atan2(self, y: Bounded, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`."""
        return angle(*y.meet(x))

    def select(
        self, relation: Relation, pair: tuple[Bounded, Bounded], x: Bounded, y: Bounded
    ) -> Bounded:
        """See :class:`Arithmetic`; either value where rounding decides it."""
        first, second = as_bounded(pair[0]).meet(pair[1])
        x, y = as_bounded(x).meet(y)
        holds = relation(first.value, second.value)
        noise = first.bound + second.bound
        open_ = (noise > 0) & (np.abs(first.value - second.value) <= noise)
        value = np.where(holds, x.value, y.value)
        bound = np.where(holds, x.bound, y.bound)
        either = np.maximum(np.abs(x.value - value) + x.bound, np.abs(y.value - value) + y.bound)
        lost = np.isnan(first.value) | np.isnan(second.value) | np.isnan(noise)
        bound = np.where(lost, np.inf, bound)
        either = np.where(np.isnan(either), np.inf, either)
        bound = np.where(open_, either, bound)
        return Bounded(value, bound, x.format, signed=x.signed or y.signed)

    def total(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; for every order of summation."""
        return summed(x, None)

    def mean(self, x: Bounded, axis: int | None) -> Bounded:
        """See :class:`Arithmetic`; for every order of summation."""
        if lacks(axis, x.value):
            return x
        length = np.size(x.value) if axis is None else np.shape(x.value)[axis]
        return self.divide(summed(x, axis), constant(length))

    def matmul(self, x: Bounded, y: Bounded) -> Bounded:
        """See :class:`Arithmetic`; for every order of summation."""
        if 1 in (np.size(x.value), np.size(y.value)):
            return x * y
        into, length = x.format or FLOAT64, np.shape(x.value)[-1]
        left, right = np.abs(x.value), np.abs(y.value)
        most = (left + x.bound) @ (right + y.bound)
        bound = left @ y.bound + x.bound @ (right + y.bound)
        bound = bound + gamma(length, into) * most + length * into.underflow
        bound, signed = decided(bound, most, into), x.signed or y.signed
        return Bounded(x.value @ y.value, bound, x.format, signed=signed)

    def transpose(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        if lacks(-2, x.value):
            return x
        value, bound = (np.swapaxes(part, -1, -2) for part in (x.value, x.bound))
        return Bounded(value, bound, x.format, signed=x.signed)

    def identity(self, n: int, like: Bounded) -> Bounded:
        """See :class:`Arithmetic`."""
        return self.tensor(unit_matrices(n, np.shape(like.value)))

    def inverse_root(self, x: Bounded, p: int) -> Bounded:
        """See :class:`Arithmetic`; unbounded where the matrix may be singular."""
        return inverse_root(x, p).root

    def part(self, x: Bounded, at: int) -> Bounded:
        """See :class:`Arithmetic`."""
        value, bound = (np.reshape(y, -1)[at : at + 1] for y in (x.value, x.bound))
        return Bounded(value, bound, x.format, signed=x.signed)

    def joined(self, parts: Sequence[Bounded], shape: tuple[int, ...]) -> Bounded:
        """See :class:`Arithmetic`."""
        value = np.reshape(np.concatenate([x.value for x in parts]), shape)
        bound = np.reshape(np.concatenate([x.bound for x in parts]), shape)
        return Bounded(value, bound, parts[0].format, signed=any(x.signed for x in parts))

    def absolute(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`; nothing is rounded."""
        return Bounded(np.abs(x.value), x.bound, x.format, signed=False)

    def intermediate(self, x: Bounded) -> Bounded:
        """See :class:`Arithmetic`."""
        return x

    def begin(self, name: str, x: Bounded, like: Bounded) -> Bounded:
        """See :class:`Arithmetic`."""
        return self._kept_as(name, self._filled(x, like))

    def store(self, name: str, x: Bounded, previous: Bounded) -> Bounded:
        """See :class:`Arithmetic`.

        A variable may be kept up to date by an increment, ``x += w (s - x)`` in place of
        ``x = (1 - w) x + w s``; the increment then has a rounding of its own. What is exact was
        not computed but copied.
        """
        x = self._filled(x, previous)
        increment = self._arithmetic.unit_roundoff * np.abs(x.value - previous.value)
        increment = np.where(x.bound == 0, 0.0, increment)
        bound = np.where(np.isnan(increment), np.inf, x.bound + increment)
        return self._kept_as(name, Bounded(x.value, bound, x.format, signed=x.signed))

    def _kept_as(self, name: str, x: Bounded) -> Bounded:
        """``x`` rounded to the format in which a variable of that name is kept."""
        kept = self._kept.get(name, self._parameter)
        if kept.precision == self._arithmetic.precision:
            return x
        stored = rounded(x.value, x.bound, Bounded(x.value, x.bound, kept), underflows=True)
        return Bounded(x.value, stored.bound, self._arithmetic, signed=x.signed)

    def _filled(self, x: Bounded | int, like: Bounded) -> Bounded:
        """What is kept for every element, where an equation has the same value for several."""
        own, shape = as_bounded(x), np.shape(like.value)
        if own.format is not None and np.shape(own.value) == shape:
            return own
        inside = own if own.format is not None else entered(own, self._arithmetic)
        value, bound = (np.broadcast_to(y, shape) for y in (inside.value, inside.bound))
        return Bounded(value, bound, self._arithmetic, signed=inside.signed)
