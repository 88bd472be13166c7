"""The arithmetics a program runs in: float64, rounded formats, mpmath, and balls.

Each implements :class:`optimspec.reference.program.Arithmetic`; its values hold all elements of a
tensor. The arithmetic that carries error bounds has a module of its own, ``bounds``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray

from optimspec.reference.formats import Array, Format

Objects = NDArray[np.object_]


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

    def absolute(self, x: Array) -> Array:
        """See :class:`Arithmetic`."""
        return np.abs(x)

    def store(self, name: str, x: Array, previous: Array) -> Array:
        """See :class:`Arithmetic`; every variable is kept in float64."""
        del name
        return x if np.ndim(x) else np.full(np.shape(previous), x)


class _Exact:
    """What mpmath and balls share: NumPy object arrays, one number an element."""

    def __init__(self, number: Any, nan: Any) -> None:  # noqa: ANN401 - a library's number type
        self._number = number
        self._tensor = np.frompyfunc(number, 1, 1)
        self._divide = np.frompyfunc(lambda x, y: x / y if y != 0 else nan, 2, 1)

    def tensor(self, values: Array) -> Objects:
        """See :class:`Arithmetic`; every float64 is taken exactly, and tensors are flattened."""
        return np.asarray(self._tensor(values.ravel().astype(object)), dtype=object)

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

    def absolute(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return abs(x)

    def store(self, name: str, x: Any, previous: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`; nothing is rounded."""
        del name
        if np.shape(x) == np.shape(previous):
            return x
        value = np.asarray(x, dtype=object).item()
        return np.full(np.shape(previous), self._number(value), dtype=object)


class Multiprecision(_Exact):
    """mpmath with ``bits`` bits of precision, in a context of its own."""

    def __init__(self, bits: int) -> None:
        self.context = mpmath.MPContext()
        self.context.prec = bits
        super().__init__(self.context.mpf, self.context.nan)
        root, nan, is_nan = self.context.sqrt, self.context.nan, self.context.isnan
        self._sqrt = np.frompyfunc(lambda x: root(x) if x >= 0 else nan, 1, 1)
        self._maximum = np.frompyfunc(lambda x, y: nan if is_nan(y) else max(x, y), 2, 1)

    def sqrt(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._sqrt(x)

    def maximum(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._maximum(x, y)


class Ball(_Exact):
    """Arb balls: a midpoint and a radius that surely encloses the true value.

    Precision is the global one of python-flint; run inside ``flint.ctx.workprec(bits)``.
    """

    def __init__(self) -> None:
        super().__init__(flint.arb, flint.arb.nan())
        self._sqrt = np.frompyfunc(flint.arb.sqrt, 1, 1)
        self._maximum = np.frompyfunc(flint.arb.max, 2, 1)

    def sqrt(self, x: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._sqrt(x)

    def maximum(self, x: Any, y: Any) -> Any:  # noqa: ANN401
        """See :class:`Arithmetic`."""
        return self._maximum(x, y)


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

    def store(self, name: str, x: Array, previous: Array) -> Array:
        """See :class:`Arithmetic`."""
        kept = self._kept.get(name, self._arithmetic)
        filled = super().store(name, np.asarray(x, dtype=np.float64), previous)
        return _rounding(kept.round(np.asarray(filled)), self._arithmetic)
