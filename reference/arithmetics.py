"""The arithmetics of machines: float64, and formats of fewer bits.

Each implements :class:`optimspec.reference.arithmetic.Arithmetic`; its values hold all elements of
a tensor. The arithmetic that carries error bounds and those of the truth have modules of their own,
``bounds`` and ``exact``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimspec.reference import roots
from optimspec.reference.arithmetic import Relation
from optimspec.reference.formats import Array, Format, filled, lacks, unit_matrices


class Float64:
    """NumPy float64, the arithmetic that candidates are compared in."""

    def tensor(self, values: Array) -> Array:
        """See :class:`Arithmetic`."""
        return values

    def scalar(self, value: float) -> Array:
        """See :class:`Arithmetic`."""
        return np.asarray(value, dtype=np.float64)

    def rational(self, p: int, q: int) -> Array:
        """See :class:`Arithmetic`."""
        return np.asarray(p / q, dtype=np.float64)

    def divide(self, x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`; IEEE 754's infinities and NaN."""
        return np.divide(x, y)

    def sqrt(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.sqrt(x)

    def maximum(self, x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.maximum(x, y)

    def minimum(self, x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.minimum(x, y)

    def absolute(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.abs(x)

    def sign(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.sign(x)

    def exp(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.exp(x)

    def log(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.log(x)

    def atan2(self, y: Array, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.arctan2(y, x)

    def select(self, relation: Relation, pair: tuple[Array, Array], x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.where(relation(*pair), x, y)

    def total(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.add.reduce(x, axis=None, keepdims=True)

    def mean(self, x: Array, axis: int | None) -> Array:
        """See :class:`Arithmetic`."""
        if lacks(axis, x):
            return x
        length = np.size(x) if axis is None else np.shape(x)[axis]
        return np.divide(np.add.reduce(x, axis=axis, keepdims=True), length)

    def matmul(self, x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`."""
        return x * y if 1 in (np.size(x), np.size(y)) else np.matmul(x, y)

    def transpose(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return x if lacks(-2, x) else np.swapaxes(x, -1, -2)

    def identity(self, n: int, like: Array) -> Array:
        """See :class:`Arithmetic`."""
        return self.tensor(unit_matrices(n, np.shape(like)))

    def inverse_root(self, x: Array, p: int) -> Array:
        """See :class:`Arithmetic`."""
        return roots.inverse_root(x, p)

    def part(self, x: Array, at: int) -> Array:
        """See :class:`Arithmetic`."""
        return np.reshape(x, -1)[at : at + 1]

    def joined(self, parts: Sequence[Array], shape: tuple[int, ...]) -> Array:
        """See :class:`Arithmetic`."""
        return np.reshape(np.concatenate(parts), shape)

    def intermediate(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return x

    def begin(self, name: str, x: Array, like: Array) -> Array:
        """See :class:`Arithmetic`."""
        return self.store(name, x, like)

    def store(self, name: str, x: Array, previous: Array) -> Array:
        """See :class:`Arithmetic`; every variable is kept in float64."""
        del name
        return filled(x, previous)


class _Rounding(np.ndarray[Any, np.dtype[np.float64]]):
    """A float64 array whose arithmetic rounds to a format after every operation."""

    format: Format

    def __array_finalize__(self, source: object) -> None:
        self.format = getattr(source, "format", None)  # type: ignore[assignment]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        plain = [self.format.round(np.asarray(x, dtype=np.float64)) for x in inputs]
        if ufunc is np.power:
            plain[1] = np.asarray(inputs[1], dtype=np.float64)
        result = getattr(ufunc, method)(*plain, **kwargs)
        return _rounding(self.format.round(result), self.format)


def _rounding(values: Array, into: Format) -> _Rounding:
    result = np.asarray(values, dtype=np.float64).view(_Rounding)
    result.format = into
    return result


class Rounded(Float64):
    """The faithful evaluation in a format: scalars in double, every tensor operation rounded once.

    Each operation is done in float64 and rounded. For formats of at most 25 bits this gives the
    correctly rounded result of +, -, *, / and sqrt, since 53 >= 2 p + 2 (Figueroa, "When is double
    rounding innocuous?").

    Parameters
    ----------
    arithmetic
        The format operations are done in.
    kept
        Formats of the variables that are kept in another one, by name.
    """

    def __init__(self, arithmetic: Format, kept: Mapping[str, Format]) -> None:
        self._arithmetic = arithmetic
        self._kept = kept

    def tensor(self, values: Array) -> Array:
        """See :class:`Arithmetic`."""
        return _rounding(values, self._arithmetic)

    def select(self, relation: Relation, pair: tuple[Array, Array], x: Array, y: Array) -> Array:
        """See :class:`Arithmetic`."""
        first, second = (np.asarray(value, dtype=np.float64) for value in pair)
        chosen = np.where(relation(first, second), x, y)
        return _rounding(self._arithmetic.round(chosen), self._arithmetic)

    def inverse_root(self, x: Array, p: int) -> Array:
        """See :class:`Arithmetic`; rounded once, as a whole."""
        found = roots.inverse_root(np.asarray(x, dtype=np.float64), p)
        return _rounding(self._arithmetic.round(found), self._arithmetic)

    def joined(self, parts: Sequence[Array], shape: tuple[int, ...]) -> Array:
        """See :class:`Arithmetic`."""
        return _rounding(super().joined([np.asarray(x) for x in parts], shape), self._arithmetic)

    def store(self, name: str, x: Array, previous: Array) -> Array:
        """See :class:`Arithmetic`."""
        kept = self._kept.get(name, self._arithmetic)
        value = filled(np.asarray(x, dtype=np.float64), previous)
        return _rounding(kept.round(np.asarray(value)), self._arithmetic)
