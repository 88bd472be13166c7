"""Inverse roots of matrices: their enclosures hold what mpmath's eigenvalues give."""

import flint
import mpmath
import numpy as np
import pytest

from optimspec.reference import FLOAT64, Float64, Multiprecision
from optimspec.reference.bounded import Bounded
from optimspec.reference.exact import Ball
from optimspec.reference.root_bounds import inverse_root

BITS = 128
ROOTS = [1, 2, 3, 4]
SHAPES = [(1, 1), (2, 1), (4, 3), (6, 4)]
"""Of the factors of matrices, most of which are of lower rank but for a little that is added."""


def positive(shape, seed=0):
    factor = np.random.default_rng(seed).standard_normal(shape)
    return (
        2.0**-13 * np.eye(shape[0]) + np.tril(factor @ factor.T) + np.tril(factor @ factor.T, -1).T
    )


def enclosed(matrix, p, bits=BITS):
    with flint.ctx.workprec(bits):
        arithmetic = Ball()
        return arithmetic.inverse_root(arithmetic.tensor(matrix), p)


def by_eigenvalues(matrix, p, bits=4 * BITS):
    context = mpmath.MPContext()
    context.prec = bits
    values, vectors = context.eigsy(context.matrix(matrix.tolist()))
    root = vectors * context.diag([x ** (-context.one / p) for x in values]) * vectors.T
    return np.array(root.tolist(), dtype=object)


@pytest.mark.parametrize("p", ROOTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_an_enclosure_holds_the_root_that_eigenvalues_give(shape, p):
    matrix = positive(shape)
    balls, expected = enclosed(matrix, p), by_eigenvalues(matrix, p)

    with flint.ctx.workprec(4 * BITS):
        assert all(
            ball.contains(flint.arb(x)) for ball, x in zip(balls.flat, expected.flat, strict=True)
        )
        assert max(float(ball.rad()) for ball in balls.flat) < 2.0**-60


def test_a_number_beside_the_root_is_outside():
    (ball,) = enclosed(np.array([[2.0]]), 4).flat

    assert not ball.contains(flint.arb(float(ball.mid()) + 2.0**-50))


@pytest.mark.parametrize("p", ROOTS)
def test_arithmetics_have_the_root_of_every_matrix_of_a_tensor(p):
    tensor, exact = (
        np.stack([positive((3, 3), seed) for seed in range(2)]),
        Multiprecision(2 * BITS),
    )
    expected = np.stack([by_eigenvalues(matrix, p).astype(float) for matrix in tensor])
    bound = inverse_root(Bounded(tensor, np.zeros_like(tensor), FLOAT64), p).root.bound

    assert np.array_equal(exact.inverse_root(exact.tensor(tensor), p).astype(float), expected)
    assert (np.abs(Float64().inverse_root(tensor, p) - expected) <= bound).all()


def test_the_lower_triangle_is_read():
    lower, whole = np.array([[2.0, np.nan], [1.0, 3.0]]), np.array([[2.0, 1.0], [1.0, 3.0]])

    assert np.array_equal(Float64().inverse_root(lower, 2), Float64().inverse_root(whole, 2))


@pytest.mark.parametrize("matrix", [-np.eye(2), np.diag([1.0, -1e-9]), np.full((2, 2), np.nan)])
def test_what_is_not_positive_definite_has_no_root(matrix):
    exact = Multiprecision(2 * BITS)

    with np.errstate(invalid="ignore"):
        assert np.isnan(Float64().inverse_root(matrix, 4)).all()
        assert np.isnan(exact.inverse_root(exact.tensor(matrix), 4).astype(float)).all()
        assert not any(ball.is_finite() for ball in enclosed(matrix, 4).flat)


def test_more_bits_tell_what_few_cannot():
    """The eigenvalues are 2^54 apart."""
    matrix = np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]])

    assert not enclosed(matrix, 4, bits=50)[0, 0].is_finite()
    assert enclosed(matrix, 4, bits=200)[0, 0].is_finite()


def test_where_bits_are_too_few_to_tell_the_exact_value_claims_nothing():
    """It is a number that no enclosure confirms, so that more bits are tried."""
    exact, singular = Multiprecision(BITS), np.ones((2, 2))

    assert not np.isnan(exact.inverse_root(exact.tensor(singular), 4).astype(float)).any()
    assert not enclosed(singular, 4)[0, 0].is_finite()
