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


@pytest.mark.parametrize("axis", [-1, -2, None])
@pytest.mark.parametrize(
    "arithmetic",
    [Float64(), Multiprecision(100), Ball(), Bounds(FLOAT32, {}), Followed(FLOAT32, {})],
    ids=lambda a: type(a).__name__,
)
def test_the_mean_of_a_scalar_is_the_scalar(arithmetic, axis):
    found = arithmetic.mean(arithmetic.scalar(0.5), axis)

    assert float(np.ravel(getattr(found, "value", found))[0]) == 0.5
