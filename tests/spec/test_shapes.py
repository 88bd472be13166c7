"""Matrices that do not fit are refused where they are written down."""

from dataclasses import replace

import pytest

from optimspec.spec import ALGORITHMS, MalformedAlgorithm, Replace, State
from optimspec.spec.algorithms.shampoo import L, R
from optimspec.spec.operations import identity, inverse_root, matmul, transpose
from optimspec.spec.symbols import alpha, columns, g, rows, theta

SHAMPOO = ALGORITHMS["shampoo"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (L, L.prev + matmul(g, g)),
        (L, L.prev + g),
        (L, g),
        (L, inverse_root(g, 2)),
        (L, inverse_root(alpha, 2)),
        (R, L.prev),
        (theta, matmul(g, identity(rows))),
        (theta, transpose(g)),
    ],
)
def test_an_equation_between_matrices_that_do_not_fit_is_refused(variable, value):
    with pytest.raises(MalformedAlgorithm, match="Matrices must fit"):
        replace(SHAMPOO, equations=Replace(variable, value).apply(SHAMPOO.equations))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (L, matmul(g, matmul(identity(columns), transpose(g)))),
        (L, L.prev / 2 + alpha * identity(rows)),
        (theta, theta.prev - alpha * matmul(L, g)),
        (theta, matmul(alpha, g)),
    ],
)
def test_those_that_fit_are_not(variable, value):
    assert replace(SHAMPOO, equations=Replace(variable, value).apply(SHAMPOO.equations))


@pytest.mark.parametrize(
    ("parameter", "high", "wide"),
    [((3, 4), (3, 3), (4, 4)), ((2, 3, 4), (2, 3, 3), (2, 4, 4)), ((5,), (1, 1), (5, 5))],
)
def test_state_that_starts_as_the_identity_has_its_shape(parameter, high, wide):
    left, right = SHAMPOO.state

    assert (left.shape(parameter), right.shape(parameter)) == (high, wide)
    assert State(theta, alpha, "the same for all elements").shape(parameter) == parameter
