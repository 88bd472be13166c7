"""Balls enclose what python-flint's own functions lose: powers and roots at zero, and nothing."""

import numpy as np
import pytest

from optimspec.reference.exact import Ball


@pytest.mark.parametrize("exponent", [1, 2, 3, 5])
@pytest.mark.parametrize("value", [0.0, 0.5, -0.5])
def test_a_ball_around_zero_has_powers_and_a_root(exponent, value):
    balls = Ball()
    third = balls.rational(1, 3)
    around = balls.tensor(np.array([value])) + (third - third)

    (power,) = around**exponent
    (root,) = balls.sqrt(around**2)

    assert power.contains(value**exponent)
    assert root.contains(abs(value))
    assert power.is_finite()
    assert root.is_finite()
    assert not balls.sqrt(balls.tensor(np.array([-1.0])))[0].is_finite()


def test_the_sign_and_the_angle_of_what_is_undefined_are_undefined():
    balls = Ball()
    zero = balls.tensor(np.zeros(1))
    nothing = balls.divide(zero, zero)

    for found in (balls.sign(nothing), balls.atan2(zero, nothing), balls.atan2(nothing, zero)):
        assert found[0].is_nan()
