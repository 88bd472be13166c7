"""The angle of a point, in every arithmetic."""

import numpy as np
import pytest
import sympy

from optimspec.reference import FLOAT32, FLOAT64, Bounded, Bounds, Float64, Rounded
from optimspec.reference.exact import Ball, Multiprecision
from optimspec.reference.printer import text_of
from roundings import slack

POINTS = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (3.0, 4.0), (-3.0, 4.0), (1e-30, 1e30)]
Y, X = (np.array(side) for side in zip(*POINTS, strict=True))


@pytest.fixture(autouse=True)
def _as_programs_run():
    """Zero over zero is part of how bounds are computed."""
    with np.errstate(all="ignore"):
        yield


def test_it_is_printed_as_an_operation():
    y, x = sympy.symbols("y x", real=True)

    assert text_of(sympy.atan2(y, sympy.sqrt(x))) == "A.atan2(y, A.sqrt(x))"


@pytest.mark.parametrize(
    "arithmetic", [Multiprecision(100), Ball(), Bounds(FLOAT64, {}), Rounded(FLOAT64, {})],
    ids=lambda a: type(a).__name__,
)  # fmt: skip
def test_arithmetics_agree_on_it(arithmetic):
    found = arithmetic.atan2(arithmetic.tensor(Y), arithmetic.tensor(X))
    values = [float(angle) for angle in getattr(found, "value", found)]

    # NumPy's own is off by up to two roundings, which are one unit in the last place.
    np.testing.assert_array_max_ulp(np.array(values), Float64().atan2(Y, X), 1)


def points(radius):
    """Points of all sizes, and what each of their sides may be off by."""
    rng = np.random.default_rng(0)
    sides = rng.standard_normal((2, 2000)) * 10.0 ** rng.uniform(-3, 3, (2, 2000))
    return sides, np.abs(sides * rng.standard_normal((2, 2000))) * radius


def bound(sides, off):
    y, x = (Bounded(*side, FLOAT64) for side in zip(sides, off, strict=True))
    return Bounds(FLOAT64, {}).atan2(y, x).bound


@pytest.mark.parametrize("radius", [1e-6, 1e-2, 1.0])
def test_no_point_turns_farther_than_its_bound(radius):
    sides, off = points(radius)
    moved = sides + np.random.default_rng(1).choice([-1, 0, 1], sides.shape) * off

    turned = np.abs(np.arctan2(*moved) - np.arctan2(*sides))
    most = bound(sides, off)
    assert np.all(turned <= most + slack(np.abs(np.arctan2(*sides)) + most))


def test_a_point_that_moves_across_its_direction_turns_as_far_as_its_bound():
    sides, off = points(1e-8)
    moved = sides + np.sign(sides[::-1]) * [[1], [-1]] * off

    # The sine of the angle is at least across / (1 + r), where r and across are shares of the
    # length; the bound is the angle whose sine is across / (1 - r), at most across / (1 - 2 r).
    r = np.hypot(*off) / np.hypot(*sides)
    turned, most = np.abs(np.arctan2(*moved) - np.arctan2(*sides)), bound(sides, off)
    room = slack(np.abs(np.arctan2(*sides)) + most)
    assert np.all(turned <= most + room)
    assert np.all(most <= turned * (1 + r) / (1 - 2 * r) + room)


def test_a_point_that_may_be_the_origin_has_any_angle_and_the_origin_itself_has_one():
    zero, some = np.zeros(1), np.ones(1)
    origin, about = Bounded(zero, zero, FLOAT32), Bounded(zero, some, FLOAT32)

    assert Bounds(FLOAT32, {}).atan2(origin, origin).bound == 0
    assert Bounds(FLOAT32, {}).atan2(about, about).bound >= 2 * np.pi


def test_what_may_be_infinite_has_no_bound():
    one = np.ones(1)
    infinite, near = Bounded(one, np.full(1, np.inf), FLOAT32), Bounded(one, one, FLOAT32)

    for point in ((infinite, near), (near, infinite)):
        assert np.isinf(Bounds(FLOAT32, {}).atan2(*point).bound).all()
