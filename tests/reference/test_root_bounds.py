"""Bounds on inverse roots: they hold for every symmetric error, and are near what is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimspec.conformance.measure import ratios
from optimspec.reference import (
    FLOAT32,
    FLOAT64,
    FORMATS,
    Bounds,
    Experiment,
    Followed,
    Rounded,
    run,
    truth,
)
from optimspec.reference.bounded import Bounded
from optimspec.reference.root_bounds import inverse_root
from optimspec.reference.roots import inverse_root as root
from optimspec.reference.trajectory import history
from optimspec.spec import ALGORITHMS

SHAMPOO = ALGORITHMS["shampoo"]
SHAPES = [(1, 1), (1, 4), (4, 3), (6, 4), (2, 3, 2)]


def symmetric(rng, n):
    half = rng.uniform(-1, 1, (n, n))
    return np.tril(half) + np.tril(half, -1).T


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4), st.floats(-12, 0))
def test_no_error_within_the_matrix_s_bound_moves_the_root_beyond_its_own(seed, n, p, size):
    """Eigenvalues from 2^-6 to 2^6, errors from far below to above the smallest of them."""
    rng = np.random.default_rng(seed)
    vectors, _ = np.linalg.qr(rng.standard_normal((n, n)))
    matrix = (vectors * 2.0 ** rng.uniform(-6, 6, n)) @ vectors.T
    matrix = np.tril(matrix) + np.tril(matrix, -1).T
    allowed = 2.0**size * np.abs(symmetric(rng, n))
    found = inverse_root(Bounded(matrix, allowed, FLOAT64), p).root

    for sign in (1, -1, np.sign(symmetric(rng, n))):
        moved = root(matrix + sign * allowed, p)
        assert ratios(np.abs(moved - found.value), found.bound).max() <= 1


def test_an_error_of_half_of_the_eigenvalue_is_bounded_and_one_of_all_of_it_is_not():
    def bound(error):
        return inverse_root(Bounded(np.eye(1), np.full((1, 1), error), FLOAT64), 4).root.bound[0, 0]

    assert bound(0.5) == pytest.approx(2**0.25 - 1)
    assert bound(1.0) == np.inf


def test_matrices_of_one_tensor_share_no_noise():
    found = inverse_root(Bounded(np.stack([np.eye(2)] * 3), np.full((3, 2, 2), 0.1), FLOAT64), 2)
    touched = np.any(found.terms() != 0, axis=(-2, -1))

    assert touched.sum(axis=1).max() == 1
    assert touched.any(axis=0).all()


def experiment(shape, name, steps=4, **hyper):
    into, rng = FORMATS[name], np.random.default_rng([*shape, steps])
    theta0, *rows = (into.round(x) for x in rng.standard_normal((steps + 1, *shape)))
    settings = {"alpha": 0.0625, "epsilon": 0.5, **hyper}
    return Experiment((theta0,), tuple((row,) for row in rows), settings, name)


def bounds(arithmetic, case, name="theta"):
    return np.array([x.bound for x in history(run(SHAMPOO, arithmetic, case), 0, name)])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_faithful_evaluation_is_within_the_bound(shape, name):
    case, into = experiment(shape, name), FORMATS[name]
    faithful, exact = run(SHAMPOO, Rounded(into, {}), case), truth(SHAMPOO, case)[0]

    for variable, true in exact.items():
        error = true.error(np.array([np.asarray(x) for x in history(faithful, 0, variable)]))
        assert ratios(error, bounds(Followed(into, {}), case, variable)).max() <= 1


@pytest.mark.parametrize(("epsilon", "gain"), [(0.5, 1), (1e-4, 1000)])
@pytest.mark.parametrize("shape", [(4, 3), (6, 4)])
def test_the_bound_is_near_what_is_lost(shape, epsilon, gain):
    """Gradients have no part in what eps alone keeps from zero, and its errors meet a zero."""
    case = experiment(shape, "float32", epsilon=epsilon)
    got = np.array(
        [np.asarray(x) for x in history(run(SHAMPOO, Rounded(FLOAT32, {}), case), 0, "theta")]
    )
    lost = truth(SHAMPOO, case)[0]["theta"].error(got).max()
    followed, added = (bounds(kind(FLOAT32, {}), case).max() for kind in (Followed, Bounds))

    assert followed < 100 * lost
    assert added > gain * followed
