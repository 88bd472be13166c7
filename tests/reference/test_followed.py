"""Bounds of programs that multiply matrices: they hold, and they are near what is lost."""

import numpy as np
import pytest

from optimspec.conformance.measure import ratios
from optimspec.reference import (
    BFLOAT16,
    FLOAT32,
    FLOAT64,
    FORMATS,
    Bounds,
    Experiment,
    Float64,
    Followed,
    Rounded,
    run,
    truth,
)
from optimspec.reference.trajectory import history
from optimspec.spec import ALGORITHMS

MUON = ALGORITHMS["muon"]
SHAPES = [(1, 1), (1, 4), (3, 3), (5, 2)]


class Inside(Float64):
    """Every intermediate variable is rounded to bfloat16."""

    def intermediate(self, x):
        return BFLOAT16.round(x)


def experiment(shape, name="float64", steps=4, **hyper):
    into, rng = FORMATS[name], np.random.default_rng([*shape, steps])
    theta0, *rows = (into.round(x) for x in rng.standard_normal((steps + 1, *shape)))
    settings = {**MUON.defaults, "alpha": 0.05, **hyper}
    return Experiment((theta0,), tuple((row,) for row in rows), settings, name)


def errors(arithmetic, case):
    true = truth(MUON, case)[0]["theta"]
    return true.error(np.array(history(run(MUON, arithmetic, case), 0, "theta"), dtype=float))


def bound(arithmetic, case):
    return np.array([x.bound for x in history(run(MUON, arithmetic, case), 0, "theta")])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_faithful_evaluation_is_within_the_bound(shape, name):
    case, into = experiment(shape, name), FORMATS[name]

    assert ratios(errors(Rounded(into, {}), case), bound(Followed(into, {}), case)).max() <= 1


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bound_is_near_what_is_lost(shape):
    """Within a factor of some hundred; errors that are not followed seem a thousand times more."""
    case = experiment(shape, "float32")
    lost, followed, added = (
        x.max() for x in (
            errors(Rounded(FLOAT32, {}), case),
            bound(Followed(FLOAT32, {}), case),
            bound(Bounds(FLOAT32, {}), case),
        )
    )  # fmt: skip

    assert followed < 500 * lost
    assert added > 1000 * followed


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_narrow_inside_is_within_the_bound_that_allows_for_it(shape):
    """Updates far below eps are not multiplied out of sight of their rounding."""
    case = experiment(shape, epsilon0=1024.0)
    lost = errors(Inside(), case)
    allowed = bound(Followed(FLOAT64, {}, inside=BFLOAT16), case)

    assert ratios(lost, allowed).max() <= 1
    assert ratios(lost, bound(Followed(FLOAT64, {}), case)).max() > 2.0**30


def test_two_tensors_of_different_formats_meet_in_the_wider():
    wide, narrow = (Bounds(f, {}).tensor(np.array([1.0])) for f in (FLOAT64, BFLOAT16))

    for total in (wide + narrow, narrow + wide, narrow * wide):
        assert total.format is FLOAT64
        assert total.bound <= 2 * FLOAT64.unit_roundoff * 2


def test_scalars_are_not_intermediate_values_of_a_format():
    arithmetic = Followed(FLOAT32, {}, inside=BFLOAT16)
    rate = arithmetic.scalar(0.1)

    assert arithmetic.intermediate(rate) is rate
    assert arithmetic.intermediate(3) == 3
