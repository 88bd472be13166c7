"""What Adam's moments are: weighted sums of all gradients, and what bias correction does."""

from typing import Final

from sympy import Sum, Symbol

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.algorithms.adam import PAPER, m, m_hat, v, v_hat
from optimspec.spec.claim import Claim, G, Step, equal
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_lemmas import GEOMETRIC, ratio
from optimspec.spec.claim_rules import Algebra, Expected, Instance, mean
from optimspec.spec.symbols import Variable, beta1, beta2, index, t

SECTION_3: Final = Source(PAPER.work, "Section 3", PAPER.url)

CLOSED_M: Final = equal(m, (1 - beta1) * Sum(beta1 ** (t - index) * G[index], (index, 1, t)))
CLOSED_V: Final = equal(v, (1 - beta2) * Sum(beta2 ** (t - index) * G[index] ** 2, (index, 1, t)))


def moment_claims(algorithm: Algorithm) -> tuple[Claim, ...]:
    """Return the claims about the moments, for an algorithm whose moments are Adam's."""
    first = _closed_form(algorithm, m, "first", "gradients")
    second = _closed_form(algorithm, v, "second", "squared gradients")
    return (
        first,
        second,
        _unbiased(algorithm, first, m_hat, beta1, 1),
        _unbiased(algorithm, second, v_hat, beta2, 2),
    )


def _closed_form(algorithm: Algorithm, variable: Variable, order: str, what: str) -> Claim:
    goal = CLOSED_M if variable == m else CLOSED_V
    return Claim(
        id=f"{order}-moment-closed-form",
        statement=f"The {order} moment is a sum of all {what}, with weights that fall off "
        "geometrically into the past.",
        formula=goal,
        source=SECTION_3,
        steps=StateInduction(algorithm, variable).proof(goal),
        algorithm=algorithm,
    )


def _unbiased(
    algorithm: Algorithm, closed: Claim, hat: Variable, beta: Symbol, power: int
) -> Claim:
    order, moment = {
        1: ("first", Symbol("mu", real=True)),
        2: ("second", Symbol("s", nonnegative=True)),
    }[power]
    by_definition = equal(hat, algorithm[hat].rhs)
    written = equal(hat, by_definition.rhs.xreplace({closed.formula.lhs: closed.formula.rhs}))
    weights = equal(Sum(beta ** (t - index), (index, 1, t)), (1 - beta**t) / (1 - beta))
    averaged = equal(mean(hat), moment * (1 - beta) * weights.lhs / (1 - beta**t))
    goal = equal(mean(hat), moment)
    return Claim(
        id=f"{order}-moment-unbiased",
        statement=f"If the gradients' {order} moment is the same at every step, the corrected "
        "estimate has it as its mean: 1 - beta^t is what the weights add up to.",
        formula=goal,
        source=SECTION_3,
        steps=(
            Step(
                "Put the closed form into the bias correction.",
                written,
                Algebra(using=(by_definition, closed.formula)),
            ),
            Step(
                "Take the mean: the sum is linear in what it weighs.",
                averaged,
                Expected(written, G, power, moment),
            ),
            Step(
                "The weights are a geometric sum.",
                weights,
                Instance(GEOMETRIC.formula, {ratio: beta}),
            ),
            Step("It cancels against the correction.", goal, Algebra(using=(averaged, weights))),
        ),
        algorithm=algorithm,
        lemmas=(closed, GEOMETRIC),
    )
