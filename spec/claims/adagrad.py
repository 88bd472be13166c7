"""What Adagrad sums up, and how long its steps can be."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Le, Sum, sqrt

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adagrad import ADAGRAD, PAPER
from optimspec.spec.algorithms.adagrad import G as SUM
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Instance
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.symbols import alpha, eps, g, index, t

_OWN: Final = Source("optimspec", "derived from Figure 1 of Duchi et al.", PAPER.url)

_CLOSED = equal(SUM, Sum(G[index] ** 2, (index, 1, t)))
_DEFINED = equal(SUM, ADAGRAD[SUM].rhs)

CLOSED: Final = Claim(
    id="adagrad-closed-form",
    statement="What the step is divided by the root of is the sum of all squared gradients.",
    formula=_CLOSED,
    source=PAPER,
    steps=StateInduction(ADAGRAD, SUM).proof(_CLOSED),
    algorithm=ADAGRAD,
)

_SQUARE = Le(0, g**2, evaluate=False)
_GROWS = Le(SUM.prev, SUM, evaluate=False)

MONOTONE: Final = Claim(
    id="adagrad-sum-never-shrinks",
    statement="The sum never shrinks, and so the step size of no element ever grows.",
    formula=_GROWS,
    source=PAPER,
    steps=(
        Step("A square is not negative.", _SQUARE, NotNegative()),
        Step("It is what is added.", _GROWS, Combination({_SQUARE: Integer(1)}, using=(_DEFINED,))),
    ),
    algorithm=ADAGRAD,
)

_BEFORE = equal(SUM.prev, Sum(G[index] ** 2, (index, 1, t - 1)))
_SQUARES = Le(0, _BEFORE.rhs, evaluate=False)
_PAST = Le(0, SUM.prev, evaluate=False)
_DENOMINATOR = sqrt(SUM) + eps
_SHORTER = Le(0, alpha**2 * eps * (2 * sqrt(SUM) + eps) / _DENOMINATOR**2, evaluate=False)
_BOUNDED = Le(abs(Delta), alpha, evaluate=False)

STEP_BOUND: Final = Claim(
    id="adagrad-step-bound",
    statement="No gradients, unless all are zero, make a step longer than alpha.",
    formula=_BOUNDED,
    source=_OWN,
    steps=(
        Step(
            "The sum before the step is one of squares,",
            _BEFORE,
            Instance(_CLOSED, {t: t - 1, SUM: SUM.prev}),
        ),
        Step("which is not negative.", _SQUARES, NotNegative()),
        Step("So the sum is not.", _PAST, Combination({_SQUARES: Integer(1)}, using=(_BEFORE,))),
        Step("eps only shortens the step.", _SHORTER, NotNegative(positive=(SUM,))),
        Step(
            "The square of alpha, less that of the step, is what both of these add up to.",
            _BOUNDED,
            Combination(
                {_PAST: alpha**2 / _DENOMINATOR**2, _SHORTER: Integer(1)},
                squared=True,
                using=(*update_of(ADAGRAD), _DEFINED),
                positive=(ADAGRAD[SUM].rhs, SUM),
            ),
        ),
    ),
    algorithm=ADAGRAD,
    lemmas=(CLOSED,),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {ADAGRAD.name: (CLOSED, MONOTONE, STEP_BOUND)}
