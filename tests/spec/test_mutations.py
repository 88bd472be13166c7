"""Systematic mutations: complete, distinct, and each a change that can be computed."""

import pytest
from sympy import Integer, expand, sqrt

from optimspec.reference import lower
from optimspec.spec import ALGORITHMS, EDITS, edits_of, mutations_of
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, t, theta

STEP = alpha * m_hat / (sqrt(v_hat) + eps)
MOMENT, GRADIENT = beta1 * m.prev, (1 - beta1) * g


def key(algorithm):
    return tuple((e.lhs, expand(e.rhs)) for e in algorithm.equations)


def made(algorithm, lhs):
    """The right-hand sides that mutations of the equation of ``lhs`` give, expanded."""
    mutated = (algorithm.edited(edit) for edit in mutations_of(algorithm))
    return {expand(a[lhs].rhs) for a in mutated if a[lhs] != algorithm[lhs]}


@pytest.mark.parametrize(
    ("lhs", "slips"),
    [
        (m, [MOMENT, GRADIENT]),  # a term dropped
        (m, [MOMENT + g, m.prev + GRADIENT, beta1 + GRADIENT, MOMENT + 1 - beta1]),  # a factor
        (m, [MOMENT - GRADIENT, GRADIENT - MOMENT, MOMENT + (1 + beta1) * g]),  # a sign
        (m, [beta1 * g + (1 - beta1) * m.prev, g * m.prev + (1 - g) * beta1]),  # a pair swapped
        (v, [beta2 * v.prev + (1 - beta2) * g**power for power in (0, 1, 3)]),  # an exponent
        (m_hat, [m / (1 - beta1), m, m * (1 - beta1**t)]),
        (m_hat, [m / (1 - beta1 ** (t - 1)), m / (1 - beta1 ** (t + 1))]),  # an index shifted
        (v_hat, [v.prev / (1 - beta2**t), v / (1 + beta2**t)]),
        (theta, [theta.prev, theta.prev + STEP, theta.prev - STEP / alpha]),
        (theta, [theta.prev - alpha * m_hat / (v_hat + eps), theta.prev - STEP * m_hat / m_hat**2]),
    ],
)
def test_every_slip_of_a_kind_is_among_them(adam, lhs, slips):
    assert {expand(rhs) for rhs in slips} <= made(adam, lhs)


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=ALGORITHMS)
def test_they_differ_from_each_other_and_from_the_algorithm(algorithm):
    keys = [key(algorithm), *(key(algorithm.edited(edit)) for edit in mutations_of(algorithm))]

    assert len(set(keys)) == len(keys) > 5


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=ALGORITHMS)
def test_each_can_be_computed(algorithm):
    for edit in mutations_of(algorithm):
        assert lower(algorithm.edited(edit)).source


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=ALGORITHMS)
def test_ids_name_one_mutation_each(algorithm):
    ids = [edit.id for edit in mutations_of(algorithm)]

    assert len(set(ids)) == len(ids)
    assert not {*ids} & {edit.id for edit in edits_of(algorithm)}


@pytest.mark.parametrize(
    ("id", "statement"),
    [
        ("mutation:v:drop-term-1", "In the equation of v the term beta2 v_{t-1} is dropped."),
        ("mutation:m_hat:shift-1", "In the equation of m_hat t is t - 1."),
        ("mutation:theta:swap-1", "In the equation of theta alpha and epsilon are swapped."),
    ],
)
def test_they_are_said_in_words(adam, id, statement):
    (edit,) = (edit for edit in mutations_of(adam) if edit.id == id)

    assert edit.statement == statement


@pytest.mark.parametrize("id", ["first-moment-unscaled", "root-missing", "eps-missing"])
def test_mistakes_that_were_made_are_among_them(adam, id):
    keys = {key(adam.edited(edit)) for edit in mutations_of(adam)}

    assert key(adam.edited(EDITS[id])) in keys


def test_a_step_is_not_swapped_for_a_number_that_is_no_integer(adam):
    """beta1 to the power of a moment is no power that an arithmetic has."""
    exponents = {
        power.exp
        for edit in mutations_of(adam)
        for equation in adam.edited(edit).equations
        for power in equation.rhs.atoms(type(g**2))
    }

    assert all(e.is_integer or abs(e) == Integer(1) / 2 for e in exponents)
