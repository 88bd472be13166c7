"""What an inverse root of a symmetric matrix may be off by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimspec.reference.bounded import Bounded, decided, gamma
from optimspec.reference.formats import FLOAT64, Array
from optimspec.reference.roots import composed, inverse_roots, spectrum, symmetric


@dataclass(frozen=True, slots=True)
class RootError:
    """The inverse root of a matrix with eigenvectors Q, and what an evaluation may be off by.

    Attributes
    ----------
    root
        The value and the bound.
    vectors
        Q.
    inside
        The bound on the error in the basis Q: infinite where the matrix may be singular.
    outside
        The bound on the error of each element besides.
    """

    root: Bounded
    vectors: Array
    inside: Array
    outside: Array

    def terms(self) -> Array:
        """The error inside, as the slopes of noise terms: one for each pair of eigenvectors.

        What is multiplied by the root may lie in the span of some eigenvectors, as a gradient does
        in that of what it was added to: then the errors that belong to others meet a zero.
        """
        *batch, n = self.vectors.shape[:-1]
        one, other = np.triu_indices(n)
        outer = np.einsum("...ak,...bk->...kab", self.vectors[..., one], self.vectors[..., other])
        sizes = self.inside[..., one, other] / np.where(one == other, 2, 1)
        slopes = (outer + np.swapaxes(outer, -1, -2)) * sizes[..., None, None]
        flat = slopes.reshape(-1, len(one), n, n)
        own = np.zeros((*flat.shape[:2], len(flat), n, n))  # matrices share no noise
        own[np.arange(len(flat)), :, np.arange(len(flat))] = flat
        return own.reshape(-1, *batch, n, n)


def inverse_root(x: Bounded, p: int) -> RootError:
    """The root f(M) = M^(-1/p) of M = Q diag(lambda) Q^T, with its bound.

    Let F be the error of M in the basis Q, and |F| <= W. The root is an integral of
    t^(-1/p) (M + t)^-1 with positive weights, and each of these a Neumann series in F. So what
    f is off by in that basis is, element by element, at most what it would be for F = -W:

        |Q^T f(M + Q F Q^T) Q - f(Lambda)| <= f(Lambda - W) - f(Lambda),

    if Lambda - W is positive definite; else there is no bound. A stable eigensolver finds the
    spectrum of a matrix that is off by n u |M|: a rounding of M for each of its n reflections
    (LAPACK Users' Guide, section 4.7), and vectors as far from orthogonal. Some take singular
    values instead, and vectors that differ from side to side by n u |M| / lambda: f is off by this
    share, p times what its derivative makes of that error. What is left is the rounding of powers,
    at most three times, and of a product of n terms.
    """
    into, n = x.format or FLOAT64, np.shape(x.value)[-1]
    value, bound = symmetric(x.value), symmetric(x.bound)
    values, vectors = spectrum(value)
    turned, powers = np.abs(vectors), inverse_roots(values, p)
    share = n * into.unit_roundoff
    backward = p * share * np.linalg.norm(value, axis=(-2, -1), keepdims=True)
    inside = _moved(values, _spread(np.swapaxes(turned, -1, -2), bound) + backward, p)
    inside = inside + share * (powers[..., None] + powers[..., None, :]) / 2
    outside = gamma(n + 4, into) * composed(values, turned, p) + n * into.underflow
    root, total = composed(values, vectors, p), _spread(turned, inside) + outside
    total = decided(np.where(np.isnan(total), np.inf, total), np.abs(root), into)
    return RootError(Bounded(root, total, x.format), vectors, inside, outside)


def _spread(vectors: Array, inside: Array) -> Array:
    return np.asarray(vectors @ inside @ np.swapaxes(vectors, -1, -2))


def _moved(values: Array, noise: Array, p: int) -> Array:
    """f(Lambda - W) - f(Lambda), or a little more; infinite where it is not defined.

    All terms of its series in W are positive. So it is at most a share 1/s of what s W would do;
    with an s that brings the nearest eigenvalue half-way to zero, the difference can be computed.
    """
    sure = np.all(values > 0, axis=-1) & np.isfinite(noise).all(axis=(-2, -1))
    safe = np.where(sure[..., None], values, 1.0)
    relative = noise / np.sqrt(safe[..., None] * safe[..., None, :])
    relative = np.where(sure[..., None, None], relative, 1.0)
    nearness = np.linalg.eigvalsh(relative)[..., -1, None, None]
    stretch = np.maximum(1.0, 0.5 / nearness)
    unit = np.eye(values.shape[-1])
    moved = composed(*spectrum(safe[..., None] * unit - stretch * noise), p)
    rounding = len(unit) * FLOAT64.unit_roundoff * np.abs(moved).max(axis=(-2, -1), keepdims=True)
    difference = np.maximum(moved - inverse_roots(safe, p)[..., None] * unit, 0.0) + rounding
    possible = sure[..., None, None] & (nearness < 1) & np.isfinite(difference)
    return np.where(possible, difference / stretch, np.inf)
