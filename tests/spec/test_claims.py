"""Every claim is decided by its own steps, and a wrong step decides nothing."""

from dataclasses import replace
from itertools import product

import pytest
import sympy
from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Integer, Le, Ne, Not, Rational, Sum

from optimspec.spec import ALGORITHMS, EDITS, ProofFails, claims_of
from optimspec.spec.algorithms.adam import ADAM, m
from optimspec.spec.algorithms.adamw import ADAMW
from optimspec.spec.claim import Counterexample
from optimspec.spec.claim_algebra import is_nonnegative, vanishes
from optimspec.spec.claims.adam_bound import ATTAINED_BY, BOUND, STEP_BOUND
from optimspec.spec.claims.adam_forms import CONSTANT_EPS_HAT, EFFICIENT_FORM
from optimspec.spec.claims.adam_limits import BOUND_AT_INFINITY, STEP_BOUND_ATTAINED
from optimspec.spec.claims.adam_moments import moment_claims
from optimspec.spec.claims.adam_paper import DENSE_SHORT, SPARSE_BOUND, SPARSE_SHORT
from optimspec.spec.known.epsilon import EPS_HAT
from optimspec.spec.symbols import alpha, beta1, beta2, eps, index, t

REFUTED = {
    "adadelta-units",
    "adamax-paper-step-bound",
    "amsgrad-step-size-torch",
    "labml-eps-hat",
    "labml-effective-step",
    "paper-step-bound-sparse",
    "paper-step-bound-dense",
}
OF_ADAM = {claim.id for claim in claims_of(ADAM)}  # which others may have too
ALL = [
    claim
    for base in (
        "adam",
        "adamax",
        "nadam",
        "radam",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adadelta",
        "adan",
        "ademamix",
        "schedule-free-adamw",
        "schedule-free-sgd",
        "prodigy",
        "lion",
        "signsgd",
        "signum",
        "lamb",
        "lars",
        "adabelief",
        "yogi",
        "adam-atan2",
        "rprop",
        "asgd",
        "adafactor",
        "adafactor-vector",
        "muon",
        "shampoo",
    )
    for claim in claims_of(ALGORITHMS[base])
    if base == "adam" or claim.id not in OF_ADAM
]
CLAIMS = {claim.id: claim for claim in ALL}
STEPS = [
    (claim.id, number) for claim in CLAIMS.values() for number in range(1, len(claim.steps) + 1)
]
DEFAULTS = {h.symbol: h.value for h in ADAM.hyperparameters}


def falsified(formula):
    """``formula`` made stronger than what is true."""
    match formula:
        case Implies(args=(premise, conclusion)):
            return Implies(premise, falsified(conclusion))
        case Equivalent(args=(first, second)):
            return Equivalent(first, falsified(second))
        case Eq(args=(lhs, rhs)):
            return Eq(lhs, 2 * rhs + 1 if rhs.is_finite is not False else 1, evaluate=False)
        case Le(args=(lhs, rhs)):
            return Le(lhs, rhs / 10, evaluate=False) if lhs != 0 else Le(0, -rhs, evaluate=False)
        case _:
            return Not(formula)


def example(first, second, gradients, claimed=BOUND):
    hyper = {alpha: Integer(1), beta1: first, beta2: second, eps: Integer(0)}
    return Counterexample(ADAM, hyper, tuple(map(Integer, gradients)), claimed)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_claims_are_decided_as_expected(name):
    for claim in claims_of(ALGORITHMS[name]):
        assert claim.outcome == ("refuted" if claim.id in REFUTED else "proved")


def test_claims_have_what_a_report_shows():
    for claim in CLAIMS.values():
        assert claim.statement.endswith(".")
        assert claim.latex
        assert claim.source.url.startswith("https://")
        assert all(step.text and step.latex for step in claim.steps)


def test_ids_are_unique():
    assert len(ALL) == len(CLAIMS)


def test_an_edited_algorithm_has_no_claims():
    assert claims_of(ADAM.edited(EPS_HAT)) == ()
    assert claims_of(ADAMW) != ()


@pytest.mark.parametrize(("claim", "number"), STEPS)
def test_a_proof_with_a_wrong_step_fails_at_that_step(claim, number):
    wrong = CLAIMS[claim].with_step(number, falsified(CLAIMS[claim].steps[number - 1].formula))
    with pytest.raises(ProofFails, match=f"Step {number} "):
        wrong.verify()


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_proof_of_something_else_fails(claim):
    true = CLAIMS[claim]
    other = Ge(1, 0, evaluate=False)
    with pytest.raises(ProofFails, match=r"must be the claim|does not break"):
        replace(true, formula=other).verify()


@pytest.mark.parametrize("claim", sorted(CLAIMS.keys() - REFUTED))
def test_a_proof_without_its_last_step_fails(claim):
    true = CLAIMS[claim]
    with pytest.raises(ProofFails, match="must be the claim"):
        replace(true, steps=true.steps[:-1]).verify()


@pytest.mark.parametrize("bug", ["first-moment-without-history", "first-moment-unscaled"])
def test_the_closed_form_of_m_is_not_that_of_a_wrong_recurrence(bug):
    wrong = ADAM.edited(EDITS[bug])
    with pytest.raises(ProofFails, match="Step 2"):
        moment_claims(wrong)[0].verify()


def test_proofs_rest_on_the_equations_of_their_own_algorithm():
    for claim, other in (
        (EFFICIENT_FORM, ADAM.edited(EPS_HAT)),
        (CONSTANT_EPS_HAT, ADAM),
        (STEP_BOUND, ADAM.edited(EDITS["root-missing"])),
    ):
        with pytest.raises(ProofFails, match="does not follow"):
            replace(claim, algorithm=other).verify()


def test_a_lemma_must_be_proved():
    with pytest.raises(ProofFails, match="rests on"):
        replace(STEP_BOUND, lemmas=(CLAIMS["paper-step-bound-dense"],)).verify()


def test_a_counterexample_must_break_the_claim():
    claim = CLAIMS["paper-step-bound-dense"]
    harmless = example(Rational("0.9"), Rational("0.95"), (1, 1), alpha)
    with pytest.raises(ProofFails, match="does not break"):
        replace(claim, counterexamples=(harmless,)).verify()


def test_outside_its_premise_no_counterexample_counts():
    claim = CLAIMS["paper-step-bound-sparse"]
    with pytest.raises(ProofFails, match="does not break"):
        replace(claim, counterexamples=(DENSE_SHORT,)).verify()


def test_the_bound_is_the_algorithms_own():
    assert CLAIMS["step-bound"].formula.rhs == alpha * ADAM.step_bound.bound
    assert ADAM.step_bound.attained_by == ATTAINED_BY
    premise, conclusion = STEP_BOUND_ATTAINED.formula.args
    assert conclusion.rhs == alpha * ADAM.step_bound.bound
    assert ADAM.step_bound.attained_by in premise.atoms(sympy.Pow)


@pytest.mark.parametrize("gradients", [g for g in product((-2, 0, 1), repeat=3) if g[0]])
def test_the_bound_holds_in_exact_arithmetic(gradients):
    run = example(Rational(9, 10), Rational(19, 20), gradients)
    assert run.found**2 <= run.claimed_value**2


@pytest.mark.parametrize("steps", range(1, 6))
def test_the_bound_is_attained_in_exact_arithmetic(steps):
    betas = {beta1: Rational(1, 2), beta2: Rational(2, 3)}
    at = ATTAINED_BY.xreplace({**betas, t: Integer(steps)})
    gradients = tuple(at.subs(index, i) for i in range(1, steps + 1))
    run = Counterexample(
        ADAM, {alpha: Integer(3), **betas, eps: Integer(0)}, gradients, alpha * BOUND
    )
    assert run.found**2 == run.claimed_value**2


def test_the_counterexamples_in_numbers():
    assert SPARSE_SHORT.gradients == (Rational(1, 2), 1)
    assert SPARSE_SHORT.found**2 == Rational(126, 121)
    assert SPARSE_SHORT.claimed_value**2 == Rational(81, 80)
    assert DENSE_SHORT.gradients == (Rational(18, 19), 1)
    assert DENSE_SHORT.found**2 == Rational(6864, 6859)
    assert DENSE_SHORT.claimed_value == 1


def test_210_steps_are_the_fewest_that_pass_the_papers_bound_with_the_default_betas():
    stated = (SPARSE_BOUND / alpha).xreplace(DEFAULTS)
    longest = BOUND.xreplace(DEFAULTS)
    assert longest.xreplace({t: Integer(209)}) < stated < longest.xreplace({t: Integer(210)})


def test_the_limit_for_the_default_betas():
    limit = BOUND_AT_INFINITY.xreplace(DEFAULTS)
    late = BOUND.evalf(30, subs={**DEFAULTS, t: 10**6})  # beta2^t is 10^-435
    assert round(float(limit), 2) == 7.27
    assert late == limit.evalf(30)


@pytest.mark.parametrize(
    ("expression", "zero"),
    [
        (Sum(beta1 ** (t - index), (index, 1, t)) - Sum(beta1 ** (t - index), (index, 1, t)), True),
        (
            beta1 * Sum(beta1 ** (t - index - 1), (index, 1, t))
            - Sum(beta1 ** (t - index), (index, 1, t)),
            True,
        ),
        (
            Sum(beta1 ** (t - index), (index, 1, t)) - Sum(beta2 ** (t - index), (index, 1, t)),
            False,
        ),
        (Sum(beta1**index, (index, 1, t)) - Sum(beta1**index, (index, 1, t - 1)), False),
        (Sum(beta1**index, (index, 1, t)) ** 2 - Sum(beta1 ** (2 * index), (index, 1, t)), False),
        (sympy.sqrt(beta1**2) - beta1, True),
        (sympy.sqrt(m**2) - m, False),
    ],
)
def test_sums_vanish_only_as_they_should(expression, zero):
    assert vanishes(expression) == zero


@pytest.mark.parametrize(
    ("expression", "expected"),
    [(m**2, True), (m, False), (Sum(m**2 * index, (index, 1, t)), True), (m**2 - 1, False)],
)
def test_signs_are_found_only_where_they_are_manifest(expression, expected):
    assert is_nonnegative(expression) == expected


def test_falsified_contradicts_or_sharpens():
    assert falsified(Gt(m, 1)) == Le(m, 1)
    assert falsified(Ne(m, 1)) == Eq(m, 1)
    assert falsified(Implies(Eq(m, 0), Eq(m, 1))) == Implies(Eq(m, 0), Eq(m, 3))
    assert And(falsified(Gt(m, 1)), Gt(m, 1)).simplify() == sympy.false
