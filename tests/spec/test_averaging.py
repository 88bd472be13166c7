"""Adan, AdEMAMix, Prodigy and the schedule-free methods, computed by a second route."""

from itertools import pairwise

import numpy as np
import pytest
from sympy import Integer, Rational, log, simplify, sqrt

from enclosures import agree, enclosed, precise
from optimspec.reference import Ball, Experiment
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.algorithms.adan import ADAN, BETA3
from optimspec.spec.algorithms.ademamix import ADEMAMIX, alpha_slow
from optimspec.spec.algorithms.prodigy import PRODIGY
from optimspec.spec.algorithms.schedule_free import SCHEDULE_FREE_ADAMW, SCHEDULE_FREE_SGD
from optimspec.spec.exact import exact_run
from optimspec.spec.known.warmup import ADEMAMIX_SCHEDULERS, beta_now, warmup
from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam, mu, t

beta3 = BETA3.symbol
GRADIENTS = [Integer(n) for n in (3, -5, 0, 2, 7)]
HYPER = {
    alpha: Rational(1, 4), beta1: Rational(1, 2), beta2: Rational(3, 4), beta3: Rational(7, 8),
    alpha_slow: Integer(2), mu: Rational(1, 3), lam: Rational(1, 5), eps: Rational(1, 16),
}  # fmt: skip


def edited(base, *edits):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


def visited(algorithm, gradients=GRADIENTS, hyper=HYPER):
    return exact_run(algorithm, Integer(1), gradients, hyper)[1:]


def average(values, beta):
    """The bias-corrected average, as the sum that it is."""
    weights = [beta**i for i in reversed(range(len(values)))]
    return sum(w * x for w, x in zip(weights, values, strict=True)) / sum(weights)


def histories(values):
    return [values[: i + 1] for i in range(len(values))]


def same(one, other):
    return all(simplify(a - b) == 0 for a, b in zip(one, other, strict=True))


def descended(directions):
    theta, alpha_ = Integer(1), HYPER[alpha]
    return [theta := theta - alpha_ * u for u in directions]


def normalised(g, b2):
    return g[-1] / (sqrt(average([x**2 for x in g], b2)) + HYPER[eps])


def adan_direction(g):
    b1, b2, b3 = (HYPER[b] for b in (beta1, beta2, beta3))
    change = [Integer(0), *(new - old for old, new in pairwise(g))]
    ahead = [x + b2 * d for x, d in zip(g, change, strict=True)]
    root = sqrt(average([x**2 for x in ahead], b3))
    return (average(g, b1) + b2 * average(change, b2)) / (root + HYPER[eps])


def ademamix_direction(g):
    b1, b2, b3 = (HYPER[b] for b in (beta1, beta2, beta3))
    slow = (1 - b3 ** len(g)) * average(g, b3)
    root = sqrt(average([x**2 for x in g], b2))
    return (average(g, b1) + HYPER[alpha_slow] * slow) / (root + HYPER[eps])


@pytest.mark.parametrize(
    ("algorithm", "direction"),
    [(ADAN, adan_direction), (ADEMAMIX, ademamix_direction)],
    ids=lambda x: getattr(x, "name", ""),
)
def test_steps_are_made_of_averages_that_are_sums(algorithm, direction):
    assert same(visited(algorithm), descended(map(direction, histories(GRADIENTS))))


@pytest.mark.parametrize(
    ("algorithm", "beta", "direction"),
    [
        (SCHEDULE_FREE_SGD, HYPER[mu], lambda g: g[-1]),
        (SCHEDULE_FREE_ADAMW, HYPER[beta1], lambda g: normalised(g, HYPER[beta2])),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_the_parameter_lies_between_the_last_z_and_the_mean_of_all(algorithm, beta, direction):
    z = descended(map(direction, histories(GRADIENTS)))
    means = [sum(past) / Integer(len(past)) for past in histories(z)]
    between = [(1 - beta) * last + beta * mean for last, mean in zip(z, means, strict=True)]

    assert same(visited(algorithm), between)


@precise
def test_the_average_weighs_by_the_square_of_the_largest_step_size_so_far():
    rng, rates = np.random.default_rng(0), np.array([0.1, 0.1, 0.4, 0.2, 0.2, 0.8])
    gradients = rng.standard_normal(len(rates))
    changes = {at: {"alpha": rate} for at, rate in enumerate(rates, start=1)}
    rows = tuple((np.array([g]),) for g in gradients)
    experiment = Experiment((np.zeros(1),), rows, {"alpha": 0.1, "mu": 0.9}, "float64", changes)
    exact = Ball()

    z = -np.cumsum(exact.tensor(rates) * exact.tensor(gradients))
    weights = exact.tensor(np.maximum.accumulate(rates)) ** 2
    x = np.cumsum(weights * z) / np.cumsum(weights)
    share = exact.scalar(0.9)

    assert agree(enclosed(SCHEDULE_FREE_SGD, experiment)[:, 0], (1 - share) * z + share * x)


def adan_as_printed(gradients):
    """Algorithm 1, in the paper's betas, of which those of HYPER are 1 less."""
    b1, b2, b3 = (1 - HYPER[b] for b in (beta1, beta2, beta3))
    theta, m, v, n, last = Integer(1), gradients[0], Integer(0), gradients[0] ** 2, None
    for k, g in enumerate(gradients):
        if k:
            change = g - last
            m = (1 - b1) * m + b1 * g
            v = change if k == 1 else (1 - b2) * v + b2 * change
            n = (1 - b3) * n + b3 * (g + (1 - b2) * change) ** 2
        theta, last = theta - HYPER[alpha] / sqrt(n + HYPER[eps]) * (m + (1 - b2) * v), g
        yield theta


def test_adan_of_the_paper_is_its_algorithm_1():
    assert same(
        visited(edited("adan", "adan-of-the-paper", "eps-inside-root")),
        list(adan_as_printed(GRADIENTS)),
    )


def test_in_the_papers_betas_adan_is_the_same():
    complements = HYPER | {b: 1 - HYPER[b] for b in (beta1, beta2, beta3)}
    complemented = edited("adan", "adan-betas-complemented")

    assert same(visited(ADAN), visited(complemented, hyper=complements))


@pytest.mark.parametrize(
    ("edit", "factor"),
    [
        ("adan-proximal-decay", 1 / (1 + HYPER[alpha] * HYPER[lam])),
        ("decoupled-weight-decay", 1 - HYPER[alpha] * HYPER[lam]),
    ],
)
def test_without_gradients_adan_decays_by_a_factor(edit, factor):
    none = [Integer(0)] * 3

    assert visited(edited("adan", edit), none) == [factor, factor**2, factor**3]


def test_ademamix_whose_slow_average_weighs_nothing_is_adam():
    assert visited(ADEMAMIX, hyper=HYPER | {alpha_slow: Integer(0)}) == visited(ADAM)


def half_life(beta):
    return log(Rational(1, 2)) / log(beta)


@pytest.mark.parametrize(
    ("step", "share"), [(1, Rational(1, 10)), (5, Rational(1, 2)), (10, 1), (25, 1)]
)
def test_the_half_life_of_a_gradient_in_the_slow_average_rises_evenly(step, share):
    first, last = Rational(9, 10), Rational(9999, 10000)
    settings = {t: Integer(step), warmup: Integer(10), beta1: first, beta3: last}
    found = ADEMAMIX.edited(ADEMAMIX_SCHEDULERS)[beta_now].rhs.subs(settings)
    expected = (1 - share) * half_life(first) + share * half_life(last)

    assert simplify(half_life(found) - expected) == 0


@precise
def test_prodigys_estimate_is_the_largest_share_of_what_the_gradients_have_said():
    rng, steps = np.random.default_rng(0), 20
    start, g = rng.standard_normal(5), rng.standard_normal((steps, 5)) + 1
    hyper = {"alpha": 1.0, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.125, "d_first": 0.25}
    experiment = Experiment((start,), tuple((row,) for row in g), hyper, "float64")
    exact = Ball()
    start, g = exact.tensor(start), exact.tensor(g)
    before = np.array([start, *enclosed(PRODIGY, experiment)[:-1]])
    d = np.array([exact.scalar(0.25), *enclosed(PRODIGY, experiment, "d")[:, :1]])[:, 0]
    kept = exact.sqrt(exact.scalar(0.75))

    for last in range(1, steps + 1):
        weights = np.array([kept[0] ** n for n in range(last, 0, -1)]) * d[:last] ** 2
        toward = weights @ np.sum(g[:last] * (start - before[:last]), axis=1)
        suggested = toward / np.sum(abs(weights @ g[:last]))
        assert agree(d[last], exact.maximum(d[last - 1], suggested))
    assert d[-1] > d[0]
