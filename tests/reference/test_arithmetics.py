"""The arithmetics agree on what is undefined."""

import numpy as np
import pytest

from optimspec.reference import FLOAT32, Bounds, Float64, Followed
from optimspec.reference.exact import Ball, Multiprecision


@pytest.mark.parametrize(
    "arithmetic", [Float64(), Multiprecision(100), Ball()], ids=lambda a: type(a).__name__
)
def test_the_maximum_with_something_undefined_is_undefined(arithmetic):
    one, zero = (arithmetic.tensor(np.array([x])) for x in (1.0, 0.0))
    with np.errstate(invalid="ignore"):
        nothing = arithmetic.divide(zero, zero)

    for found in (arithmetic.maximum(one, nothing), arithmetic.maximum(nothing, one)):
        assert np.isnan(float(found[0]))


EACH = pytest.mark.parametrize(
    "arithmetic",
    [Float64(), Multiprecision(100), Ball(), Bounds(FLOAT32, {}), Followed(FLOAT32, {})],
    ids=lambda a: type(a).__name__,
)


def numbers(x):
    return np.vectorize(float)(getattr(x, "value", x))


@EACH
@pytest.mark.parametrize("axis", [-1, -2, None])
def test_the_mean_of_a_scalar_is_the_scalar(arithmetic, axis):
    assert numbers(arithmetic.mean(arithmetic.scalar(0.5), axis)).item() == 0.5


@EACH
def test_a_number_in_a_product_is_a_factor_and_its_own_transpose(arithmetic):
    half, matrix = arithmetic.scalar(0.5), arithmetic.tensor(np.arange(6.0).reshape(2, 3))
    one = arithmetic.total(arithmetic.tensor(np.ones((1, 1))))

    for found in (
        arithmetic.matmul(arithmetic.transpose(half), matrix),
        arithmetic.matmul(matrix, half),
        arithmetic.matmul(one, matrix) * half,
    ):
        np.testing.assert_array_equal(numbers(found), np.arange(6.0).reshape(2, 3) / 2)
