"""The arithmetics of the truth: mpmath, and balls."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any, Final

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray

from optimspec.reference import balls, roots
from optimspec.reference.arithmetic import Relation
from optimspec.reference.formats import Array, filled, lacks, unit_matrices

Objects = NDArray[np.object_]

_CONTRARY: Final[Mapping[Relation, Relation]] = {
    operator.lt: operator.ge,
    operator.ge: operator.lt,
    operator.gt: operator.le,
    operator.le: operator.gt,
    operator.eq: operator.ne,
    operator.ne: operator.eq,
}


class _Exact:
    """What mpmath and balls share: NumPy object arrays, one number an element."""

    _sqrt: np.ufunc
    _maximum: np.ufunc
    _minimum: np.ufunc
    _sign: np.ufunc
    _exp: np.ufunc
    _log: np.ufunc
    _atan2: np.ufunc

    def __init__(self, number: Any, nan: Any) -> None:  # noqa: ANN401 - a library's number type
        self._number = number
        self._tensor = np.frompyfunc(number, 1, 1)
        self._nan = nan
        self._divide = np.frompyfunc(lambda x, y: x / y if y != 0 else nan, 2, 1)

    def tensor(self, values: Array) -> Objects:
        """See :class:`Arithmetic`; every float64 is taken exactly.

        A number becomes an array of one element, as in :meth:`scalar`.
        """
        shaped = np.reshape(values, np.shape(values) or (1,))
        return np.asarray(self._tensor(shaped.astype(object)), dtype=object)

    def scalar(self, value: float) -> Objects:
        """See :class:`Arithmetic`; exact.

        An array of one element, because a bare number's own operators would be tried first.
        """
        return np.array([self._number(value)], dtype=object)

    def rational(self, p: int, q: int) -> Objects:
        """See :class:`Arithmetic`."""
        return np.array([self._number(p) / self._number(q)], dtype=object)

    def divide(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._divide(x, y)

    def sqrt(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._sqrt(x)

    def maximum(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._maximum(x, y)

    def minimum(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._minimum(x, y)

    def sign(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._sign(x)

    def exp(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._exp(x)

    def log(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._log(x)

    def atan2(self, y: Any, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._atan2(y, x)

    def absolute(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return abs(x)

    def select(self, relation: Relation, pair: tuple[Any, Any], x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`; not a number where it cannot be told."""
        contrary, nan = _CONTRARY[relation], self._nan

        def choose(first: Any, second: Any, chosen: Any, other: Any) -> Any:  # noqa: ANN401
            if relation(first, second):
                return chosen
            return other if contrary(first, second) else nan

        return np.frompyfunc(choose, 4, 1)(*pair, x, y)

    def total(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return np.add.reduce(x, axis=None, keepdims=True)

    def mean(self, x: Any, axis: int | None) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        if lacks(axis, x):
            return x
        length = np.size(x) if axis is None else np.shape(x)[axis]
        return self.divide(np.add.reduce(x, axis=axis, keepdims=True), self._number(length))

    def matmul(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return x * y if 1 in (np.size(x), np.size(y)) else np.matmul(x, y)

    def transpose(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return x if lacks(-2, x) else np.swapaxes(x, -1, -2)

    def identity(self, n: int, like: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self.tensor(unit_matrices(n, np.shape(like)))

    def part(self, x: Any, at: int) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return np.reshape(x, -1)[at : at + 1]

    def joined(self, parts: Sequence[Any], shape: tuple[int, ...]) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return np.reshape(np.concatenate(parts), shape)

    def intermediate(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return x

    def begin(self, name: str, x: Any, like: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`; nothing is rounded."""
        return self.store(name, x, like)

    def store(self, name: str, x: Any, previous: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`; nothing is rounded."""
        del name
        value = self._tensor(x) if isinstance(x, int) else x
        return filled(value, previous)


class Multiprecision(_Exact):
    """mpmath with ``bits`` bits of precision, in a context of its own."""

    def __init__(self, bits: int) -> None:
        self.context = mpmath.MPContext()
        self.context.prec = bits
        super().__init__(self.context.mpf, self.context.nan)
        root, nan, is_nan = self.context.sqrt, self.context.nan, self.context.isnan
        self._sqrt = np.frompyfunc(lambda x: root(x) if x >= 0 else nan, 1, 1)
        self._maximum = np.frompyfunc(lambda x, y: nan if is_nan(y) else max(x, y), 2, 1)
        self._minimum = np.frompyfunc(lambda x, y: nan if is_nan(y) else min(x, y), 2, 1)
        self._sign = np.frompyfunc(self.context.sign, 1, 1)
        self._exp = np.frompyfunc(self.context.exp, 1, 1)
        log = self.context.log
        self._log = np.frompyfunc(lambda x: log(x) if x > 0 else nan, 1, 1)
        self._atan2 = np.frompyfunc(self.context.atan2, 2, 1)

    def inverse_root(self, x: Any, p: int) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`; the middle of an enclosure.

        Where the precision cannot tell whether there is any, it is a number that none confirms.
        """
        with flint.ctx.workprec(self.context.prec):
            return roots.middles(x, p, self.context)


class Ball(_Exact):
    """Arb balls: a midpoint and a radius that surely encloses the true value.

    Precision is the global one of python-flint; run inside ``flint.ctx.workprec(bits)``.
    """

    def __init__(self) -> None:
        super().__init__(flint.arb, flint.arb.nan())
        self._sqrt = np.frompyfunc(balls.root, 1, 1)
        self._maximum = np.frompyfunc(flint.arb.max, 2, 1)
        self._minimum = np.frompyfunc(flint.arb.min, 2, 1)
        self._sign = np.frompyfunc(balls.sign, 1, 1)
        self._exp = np.frompyfunc(flint.arb.exp, 1, 1)
        self._log = np.frompyfunc(flint.arb.log, 1, 1)
        self._atan2 = np.frompyfunc(balls.angle, 2, 1)

    def inverse_root(self, x: Any, p: int) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return roots.enclosures(x, p).view(balls.Balls)

    def tensor(self, values: Array) -> Objects:
        """See :class:`Arithmetic`."""
        return super().tensor(values).view(balls.Balls)

    def scalar(self, value: float) -> Objects:
        """See :class:`Arithmetic`."""
        return super().scalar(value).view(balls.Balls)

    def rational(self, p: int, q: int) -> Objects:
        """See :class:`Arithmetic`."""
        return super().rational(p, q).view(balls.Balls)
