"""Adagrad, RMSprop and Adadelta against closed forms, against each other, and with options off."""

from itertools import accumulate, pairwise

import pytest
from sympy import Integer, Rational, simplify, sqrt

from optimspec.spec import ALGORITHMS, EDITS, claims_of, edits_of
from optimspec.spec.algorithms.adadelta import ADADELTA
from optimspec.spec.algorithms.adagrad import ADAGRAD
from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.algorithms.rmsprop import RMSPROP, rho
from optimspec.spec.exact import exact_run
from optimspec.spec.known.adagrad import eta, iota
from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam, mu

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
SETTINGS = {alpha: HALF, rho: QUARTER, eps: QUARTER}
GRADIENTS = [Integer(n) for n in (3, -4, 12, 84)]
"""The root of the sum of their squares is rational after each: 3, 5, 13, 85."""


def visited(algorithm, given=None):
    return exact_run(algorithm, Integer(1), GRADIENTS, SETTINGS | (given or {}))


def steps(values):
    return [simplify(before - after) for before, after in pairwise(values)]


def edited(base, *edits):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


def test_adagrad_divides_by_the_root_of_all_squares():
    roots = [sqrt(total) for total in accumulate(g**2 for g in GRADIENTS)]

    assert roots == [3, 5, 13, 85]
    assert steps(visited(ADAGRAD)) == [
        HALF * g / (root + QUARTER) for g, root in zip(GRADIENTS, roots, strict=True)
    ]


def test_a_sum_that_starts_at_a_square_is_one_gradient_more():
    started = edited("adagrad", "initial-accumulator")
    later = [HALF * Integer(-4) / (5 + QUARTER), HALF * 12 / (13 + QUARTER)]

    values = exact_run(started, Integer(1), GRADIENTS[1:3], {**SETTINGS, iota: Integer(9)})

    assert steps(values) == later


def test_the_step_size_decays_beside_the_sum():
    decayed = steps(visited(edited("adagrad", "step-size-decay"), {eta: HALF}))

    assert decayed == [s / (1 + HALF * n) for n, s in enumerate(steps(visited(ADAGRAD)))]


def test_rmsprop_divides_by_the_root_of_the_weighted_mean():
    def mean_square(t):
        past = enumerate(GRADIENTS[:t], start=1)
        return (1 - QUARTER) * sum(QUARTER ** (t - i) * g**2 for i, g in past)

    expected = [
        HALF * g / (sqrt(mean_square(t)) + QUARTER) for t, g in enumerate(GRADIENTS, start=1)
    ]
    assert [simplify(x - y) for x, y in zip(steps(visited(RMSPROP)), expected, strict=True)] == [
        0
    ] * 4


def test_rmsprop_with_its_bias_corrected_is_adam_without_a_first_moment():
    adam = visited(ADAM, {beta1: Integer(0), beta2: QUARTER})

    assert visited(edited("rmsprop", "mean-square-corrected")) == adam


def test_where_the_step_size_is_does_not_matter_while_it_stays():
    outside = edited("rmsprop", "normalized-momentum")
    inside = outside.edited(EDITS["lr-inside-velocity"])
    both = [visited(a, {mu: HALF}) for a in (outside, inside)]

    assert inside.equations != outside.equations
    assert [simplify(x - y) for x, y in zip(*both, strict=True)] == [0] * 5


@pytest.mark.parametrize(("size", "same"), [(Integer(1), True), (HALF, False)])
def test_the_paper_has_no_step_size_to_average(size, same):
    averaged = edited("adadelta", "steps-averaged")
    runs = [visited(a, {alpha: size})[-1].evalf(30) for a in (ADADELTA, averaged)]

    assert (runs[0] == runs[1]) == same


OFF = [
    ("adagrad", "step-size-decay", eta),
    ("adagrad", "initial-accumulator", iota),
    ("adagrad", "l2-weight-decay", lam),
    ("rmsprop", "initial-mean-square", iota),
    ("rmsprop", "normalized-momentum", mu),
    ("rmsprop", "normalized-nesterov", mu),
    ("rmsprop", "decoupled-weight-decay", lam),
    ("adadelta", "l2-weight-decay", lam),
]


@pytest.mark.parametrize(("base", "edit", "symbol"), OFF)
def test_an_option_that_is_off_changes_nothing(base, edit, symbol):
    plain, off = ALGORITHMS[base], visited(edited(base, edit), {symbol: Integer(0)})

    assert [simplify(x - y) for x, y in zip(visited(plain), off, strict=True)] == [0] * 5


@pytest.mark.parametrize("base", ["adagrad", "rmsprop"])
def test_the_bound_that_is_checked_is_the_one_that_is_proved(base):
    algorithm = ALGORITHMS[base]
    (proved,) = (c for c in claims_of(algorithm) if c.id == f"{base}-step-bound")

    assert proved.formula.rhs == alpha * algorithm.step_bound.bound
    assert {e.id for e in edits_of(algorithm)} >= algorithm.step_bound.survives


@pytest.mark.parametrize("base", ["adagrad", "rmsprop"])
@pytest.mark.parametrize("gradients", [(5, 0, 1), (1, -2, 3), (1, 10, 100), (100, 10, 1)])
def test_no_step_is_longer_than_the_claim_says(base, gradients):
    longest = {"adagrad": HALF, "rmsprop": HALF / sqrt(1 - QUARTER)}[base]
    values = exact_run(
        ALGORITHMS[base], Integer(1), [*map(Integer, gradients)], {**SETTINGS, eps: Integer(0)}
    )

    assert all(abs(step) <= longest for step in steps(values))
    assert abs(steps(values)[0]) == longest, "the first attains it"
