"""Inverse p-th roots of symmetric matrices: by eigenvalues in float64, and as proven enclosures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np

from optimspec.reference.formats import Array


def symmetric(x: Any) -> Any:  # noqa: ANN401 - arrays of any kind of number
    """The symmetric matrices of the same lower triangles."""
    row, column = np.indices(np.shape(x)[-2:])
    return x[..., np.maximum(row, column), np.minimum(row, column)]


def spectrum(x: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors of symmetric matrices; NaN where not all elements are finite."""
    finite = np.all(np.isfinite(x), axis=(-2, -1), keepdims=True)
    values, vectors = np.linalg.eigh(np.where(finite, x, np.eye(x.shape[-1])))
    return np.where(finite[..., 0], values, np.nan), vectors


def inverse_roots(values: Array, p: int) -> Array:
    """The inverse roots of numbers; not a number where one is not positive."""
    return np.asarray(np.where(values > 0, values, np.nan) ** (-1 / p))


def composed(values: Array, vectors: Array, p: int) -> Array:
    """The inverse root of the matrix of that spectrum."""
    roots = inverse_roots(values, p)[..., None, :]
    return np.asarray((vectors * roots) @ np.swapaxes(vectors, -1, -2))


def inverse_root(x: Array, p: int) -> Array:
    """The inverse root in float64; not a number where an eigenvalue is not positive."""
    return composed(*spectrum(symmetric(x)), p)


def enclosures(x: Any, p: int) -> Any:  # noqa: ANN401 - an array of balls
    """Balls around the inverse roots of matrices; not a number where bits are too few."""

    def balls(m: flint.arb_mat) -> Any:  # noqa: ANN401
        found = enclosed(m, p)
        return flint.arb.nan() if found is None else found.tolist()

    return _each(x, balls)


def middles(x: Any, p: int, context: Any) -> Any:  # noqa: ANN401 - an array of mpmath's numbers
    """The middles of such balls, in an mpmath context; NaN where there surely is no root."""

    def numbers(m: flint.arb_mat) -> Any:  # noqa: ANN401
        found = enclosed(m, p)
        if found is not None:
            parts = (map(int, e.man_exp()) for e in found.mid().entries())
            return np.reshape([context.mpf(tuple(part)) for part in parts], np.shape(x)[-2:])
        unknown = all(e.is_finite() for e in m.entries()) and not _is_not_positive(m)
        return context.zero if unknown else context.nan

    return _each(x, numbers)


def _each(x: Any, function: Callable[[flint.arb_mat], Any]) -> Any:  # noqa: ANN401
    """What a function makes of every one of the matrices that an array has."""
    result, matrices = np.empty(np.shape(x), dtype=object), symmetric(x)
    for at in np.ndindex(np.shape(x)[:-2]):
        result[at] = function(flint.arb_mat(matrices[at].tolist()))
    return result


def enclosed(m: flint.arb_mat, p: int) -> flint.arb_mat | None:
    """Balls around the inverse root of a symmetric matrix, or None if precision is too low.

    Let X be any positive definite matrix, and e the size of X^p M - 1. The eigenvalues of
    X^p M, and of the symmetric matrix X^(p/2) M X^(p/2) that is similar to it, are within e of 1:

        (1 - e) X^-p <= M <= (1 + e) X^-p

    as quadratic forms. Inverse p-th roots turn this order round (Loewner and Heinz), so that the
    root is between X / (1 + e)^(1/p) and X / (1 - e)^(1/p).
    """
    if m.nrows() == 1:
        return flint.arb_mat([[1 / m[0, 0].root(p)]]) if m[0, 0] > 0 else None
    x = _newton(m, p) if m.det() > 0 else None
    if x is None or not all(minor > 0 for minor in _minors(x)):  # Sylvester's criterion
        return None
    room = 1 - _size(x**p * m - _one(m))
    if not room > 0:
        return None
    off = (_size(x) * (1 / room.root(p) - 1)).upper()
    ball = flint.arb(0, off)
    return flint.arb_mat([[e + ball for e in row] for row in x.tolist()])


def _newton(m: flint.arb_mat, p: int) -> flint.arb_mat | None:
    """An approximation, exact numbers, symmetric: Newton's iteration, coupled to be stable.

    Guo & Higham, A Schur-Newton method for the matrix pth root and its inverse, SIAM J. Matrix
    Anal. Appl. 28 (2006). Of a matrix with eigenvalues in (0, 1] none leaves that interval, so
    that the trace of what is missing is its size. A step gains a bit, or doubles those there are.
    """
    one, scale, bits = _one(m), _size(m), flint.ctx.prec
    x, m, enough = one / scale.root(p), m / scale, flint.arb(2) ** (-bits // 2)
    for _ in range(2 * bits):
        rest = one - m
        step = one + rest / p
        x, m = (x * step).mid(), (step**p * m).mid()
        off = abs(rest.trace())
        if off < enough:
            return ((x + x.transpose()) / 2).mid()
        if not off <= m.nrows():
            return None
    return None


def _size(m: flint.arb_mat) -> flint.arb:
    """The most that the Frobenius norm can be."""
    return sum((e.abs_upper() ** 2 for e in m.entries()), flint.arb(0)).sqrt().upper()


def _minors(m: flint.arb_mat) -> list[flint.arb]:
    rows = m.tolist()
    sizes = range(1, len(rows) + 1)
    return [flint.arb_mat([row[:k] for row in rows[:k]]).det() for k in sizes]


def _is_not_positive(m: flint.arb_mat) -> bool:
    """Whether a matrix is surely not positive definite, even if rounded to half of the bits."""
    slack = _size(m) * flint.arb(2) ** (-flint.ctx.prec // 2)
    return any(minor < 0 for minor in _minors(m + _one(m) * slack))


def _one(m: flint.arb_mat) -> flint.arb_mat:
    n = m.nrows()
    return flint.arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
