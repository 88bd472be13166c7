"""Lion, signSGD, LAMB, LARS, AdaBelief, Yogi and Adam-atan2 do what is said of them."""

from itertools import pairwise

import numpy as np
import pytest
from sympy import Integer, Rational, sqrt, sympify

from enclosures import agree, enclosed, length, precise
from optimspec.reference import Ball, Experiment, Float64, run
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.exact import exact_run
from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam, mu
from optimspec.spec.symmetry import SYMMETRIES, holds

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
EXACT = {alpha: HALF, beta1: HALF, beta2: QUARTER, eps: Integer(0), lam: Integer(0), mu: HALF}


def edited(base, *edits):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


def lengths(algorithm, steps=12, shape=(4, 3), **hyper):
    """How long the parameter is before each step of a run on random gradients, and the step."""
    rng = np.random.default_rng(0)
    theta0, *gradients = rng.standard_normal((steps + 1, *shape))
    settings = {**algorithm.defaults, **hyper}
    experiment = Experiment((theta0,), tuple((row,) for row in gradients), settings, "float64")
    path = np.array([Ball().tensor(theta0), *enclosed(algorithm, experiment)])
    return length(path[:-1]), length(np.diff(path, axis=0))


def exact_steps(base, gradients):
    path = exact_run(ALGORITHMS[base], Integer(1), [*map(sympify, gradients)], EXACT)
    return [before - after for before, after in pairwise(path)]


@pytest.mark.parametrize(
    ("base", "steps"),
    [
        ("signsgd", [1, -1, 0, 1]),
        ("signum", [1, -1, -1, 0]),  # m = 2, -3, -3/2, 0
        ("lion", [1, -1, -1, 1]),  # c = 2, -5/2, -21/8, 3/32
    ],
)
def test_the_sign_of_what_they_keep_is_what_they_step_by(base, steps):
    assert exact_steps(base, [4, -8, 0, Rational(3, 2)]) == [HALF * step for step in steps]


def test_signsgd_with_momentum_is_signum():
    joined, signum = edited("signsgd", "sign-of-average"), ALGORITHMS["signum"]

    assert [e.rhs for e in joined.equations] == [e.rhs for e in signum.equations]


@pytest.mark.parametrize("decay", [0.0, 0.1, 2.0])
@precise
def test_every_step_of_lamb_is_alpha_times_as_long_as_the_parameter(decay):
    size, step = lengths(ALGORITHMS["lamb"], alpha=0.25, **{"lambda": decay})

    assert agree(step, size / 4)


@pytest.mark.parametrize(
    ("edit", "second_too"),
    [("correction-outside-ratio", True), ("first-correction-outside-ratio", False)],
)
@precise
def test_a_correction_outside_the_ratio_is_how_much_longer_the_first_step_is(edit, second_too):
    base = edited("lamb")
    (_, right), (_, wrong) = (lengths(a, 1, alpha=0.25) for a in (base, edited("lamb", edit)))
    first, second = (1 - Ball().scalar(base.defaults[name])[0] for name in ("beta1", "beta2"))
    share = (second.sqrt() if second_too else 1) / first

    assert agree(wrong, right * share)


@precise
def test_the_first_step_of_lars_is_alpha_zeta_times_as_long_as_the_parameter():
    size, step = lengths(ALGORITHMS["lars"], alpha=0.5, zeta=0.25, **{"lambda": 0.0})

    assert agree(step[0], size[0] / 8)


@pytest.mark.parametrize("base", ["lamb", "lars"])
def test_a_parameter_of_zeros_leaves_zero(base):
    theta0, gradient = np.zeros(3), np.ones(3)
    algorithm = ALGORITHMS[base]
    experiment = Experiment((theta0,), ((gradient,),), algorithm.defaults, "float64")

    assert (run(algorithm, Float64(), experiment)[0][0]["theta"] < 0).all()


def belief_step(t, c):
    """Its t-th step along a constant gradient c, from the closed form of the belief."""
    b1, b2 = EXACT[beta1], EXACT[beta2]
    squares = sum(b2 ** (t - i) * b1 ** (2 * i) for i in range(1, t + 1))
    belief = (1 - b2) * c**2 * squares / (1 - b2**t)
    return EXACT[alpha] * c / sqrt(belief)


def test_adabelief_steps_farther_and_farther_along_a_constant_gradient():
    steps = exact_steps("adabelief", [3] * 5)

    assert [step.equals(belief_step(t, 3)) for t, step in enumerate(steps, 1)] == [True] * 5
    assert all(later > earlier for earlier, later in pairwise(steps))
    assert steps[0] == EXACT[alpha] / EXACT[beta1]


def yogi_moments(gradients):
    """Yogi's second moment, by cases."""
    v = Integer(0)
    for g in gradients:
        rises = v < g**2
        v += (1 if rises else -1 if v > g**2 else 0) * (1 - EXACT[beta2]) * g**2
        yield v


def test_yogis_moment_goes_up_below_the_squared_gradient_and_down_above_it():
    gradients = [Integer(g) for g in (2, 4, 1, 1, 0, -3)]
    first, averaged = Integer(0), []
    for g in gradients:
        first = EXACT[beta1] * first + (1 - EXACT[beta1]) * g
        averaged.append(first)
    moments = list(yogi_moments(gradients))

    steps = exact_steps("yogi", gradients)

    assert moments == [3, 15, Rational(57, 4), Rational(27, 2), Rational(27, 2), Rational(27, 4)]
    assert all(
        step.equals(EXACT[alpha] * m / sqrt(v))
        for step, m, v in zip(steps, averaged, moments, strict=True)
    )


@pytest.mark.parametrize("scale", [2.0**-300, 2.0**300])
def test_adam_atan2_does_not_see_the_scale_of_its_gradients(scale):
    algorithm = ALGORITHMS["adam-atan2"]
    rng = np.random.default_rng(0)
    theta0, *gradients = rng.standard_normal((6, 8))
    paths = [
        run(
            algorithm,
            Float64(),
            Experiment(
                (theta0,), tuple((by * g,) for g in gradients), algorithm.defaults, "float64"
            ),
        )
        for by in (1.0, scale)
    ]

    np.testing.assert_array_equal(*(path[-1][0]["theta"] for path in paths))


KEPT = {
    "lion": {"gradient-scale", "sign"},
    "signsgd": {"gradient-scale", "sign", "translation"},
    "signum": {"gradient-scale", "sign", "translation"},
    "lamb": {"gradient-scale", "sign"},
    "lars": {"sign"},
    "adabelief": {"gradient-scale", "sign", "translation"},
    "yogi": {"gradient-scale", "sign", "translation"},
    "adam-atan2": {"gradient-scale", "sign", "translation"},
}


@pytest.mark.parametrize("base", KEPT)
def test_which_symmetries_they_have(base):
    assert {s.id for s in SYMMETRIES if holds(s, ALGORITHMS[base])} == KEPT[base]
