"""What AdaMax divides by, and how long its steps can be: a little longer than the paper says."""

from collections.abc import Mapping
from typing import Final

from sympy import Abs, Eq, Gt, Integer, Le, Limit, Lt, Rational, Sum, oo
from sympy.logic.boolalg import Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import m
from optimspec.spec.algorithms.adamax import ADAMAX, PAPER, u
from optimspec.spec.claim import Claim, Counterexample, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_largest import Largest, LargestPeeling, Triangle, Weighted
from optimspec.spec.claim_lemmas import GEOMETRIC, ratio
from optimspec.spec.claim_rules import Algebra, Computed, Instance
from optimspec.spec.claim_rules_order import Combination, PowersTendTo
from optimspec.spec.claims.adam_moments import CLOSED_M
from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.symbols import alpha, beta1, beta2, index, t

if ADAMAX.step_bound is None:
    raise MalformedAlgorithm("The claims about AdaMax's step need its step_bound; it has none.")
BOUND: Final = ADAMAX.step_bound.bound
ATTAINED_BY: Final = ADAMAX.step_bound.attained_by

SECTION_7_1: Final = Source(PAPER.work, "Section 7.1", PAPER.url)
_OWN: Final = Source("optimspec", "derived from Algorithm 2", PAPER.url)

_RANGE: Final = (index, 1, t)
_SIZES: Final = Largest(beta2 ** (t - index) * Abs(G[index]), _RANGE)
_NORM: Final = StateInduction(ADAMAX, u)
CLOSED_U: Final = equal(u, _SIZES)

INFINITY_NORM: Final = Claim(
    id="adamax-closed-form",
    statement="The infinity norm is the largest of all absolute gradients, those of the past "
    "weighted by powers of beta2.",
    formula=CLOSED_U,
    source=SECTION_7_1,
    steps=(
        Step("At step 0 there are no gradients.", _NORM.base(CLOSED_U), Algebra()),
        Step(
            "Put the claim at step t-1 into the recurrence: beta2 goes into what it multiplies, "
            "and the last gradient stands by itself.",
            _NORM.inductive(CLOSED_U),
            LargestPeeling(t),
        ),
        Step("By induction on t the claim holds at every step.", CLOSED_U, _NORM),
    ),
    algorithm=ADAMAX,
)

FIRST_MOMENT: Final = Claim(
    id="adamax-first-moment",
    statement="The first moment is Adam's.",
    formula=CLOSED_M,
    source=SECTION_7_1,
    steps=StateInduction(ADAMAX, m).proof(CLOSED_M),
    algorithm=ADAMAX,
)

_SUM = Sum(beta1 ** (t - index) * G[index], _RANGE)
_ABSOLUTE = Sum(beta1 ** (t - index) * Abs(G[index]), _RANGE)
_WEIGHTS = equal(
    *(side.xreplace({ratio: beta1 / beta2}) for side in GEOMETRIC.formula.args),
)
_BY_RATIO = Instance(GEOMETRIC.formula, {ratio: beta1 / beta2})
_POSITIVE = (1 - beta1, 1 - beta1**t)
_TRIANGLE = Le(Abs(_SUM), _ABSOLUTE, evaluate=False)
_WEIGHTED = Le(_ABSOLUTE, _SIZES * _WEIGHTS.lhs, evaluate=False)
_SCALE = alpha * (1 - beta1) / ((1 - beta1**t) * _SIZES)
_BOUNDED = Le(abs(Delta), alpha * BOUND, evaluate=False)

STEP_BOUND: Final = Claim(
    id="adamax-step-bound",
    statement="No gradients, unless all are zero, make a step longer than alpha B_t.",
    formula=_BOUNDED,
    source=_OWN,
    steps=(
        Step("A sum is no larger than that of absolute values.", _TRIANGLE, Triangle()),
        Step(
            "Each of these is (beta1 / beta2)^(t-i) times one of those whose largest the "
            "infinity norm is.",
            _WEIGHTED,
            Weighted(_WEIGHTS.lhs, _SIZES, positive=(beta1, beta2)),
        ),
        Step("The weights are a geometric sum.", _WEIGHTS, _BY_RATIO),
        Step(
            "Put the closed forms of m and u into the step and use both inequalities.",
            _BOUNDED,
            Combination(
                {_TRIANGLE: _SCALE, _WEIGHTED: _SCALE},
                using=(*update_of(ADAMAX), CLOSED_M, CLOSED_U, _WEIGHTS),
                positive=(_SIZES, *_POSITIVE),
            ),
        ),
    ),
    algorithm=ADAMAX,
    lemmas=(INFINITY_NORM, FIRST_MOMENT, GEOMETRIC),
)

_CHOSEN = equal(G[index], ATTAINED_BY)
_OF_U = Implies(_CHOSEN, equal(u, Integer(1)))
_OF_M = Implies(_CHOSEN, equal(m, (1 - beta1) * _WEIGHTS.lhs))
_ATTAINED = Implies(_CHOSEN, equal(Delta, alpha * BOUND))

ATTAINED: Final = Claim(
    id="adamax-step-bound-attained",
    statement="The gradients g_i = (1 / beta2)^(t-i) make step t exactly alpha B_t long.",
    formula=_ATTAINED,
    source=_OWN,
    steps=(
        Step("All that the norm is the largest of is 1.", _OF_U, Algebra((CLOSED_U, _CHOSEN))),
        Step(
            "The weights of m become powers of beta1 / beta2,",
            _OF_M,
            Algebra((CLOSED_M, _CHOSEN)),
        ),
        Step("which are a geometric sum.", _WEIGHTS, _BY_RATIO),
        Step(
            "Divide.",
            _ATTAINED,
            Algebra((*update_of(ADAMAX), _OF_M.args[1], _OF_U.args[1], _WEIGHTS), _POSITIVE),
        ),
    ),
    algorithm=ADAMAX,
    lemmas=(INFINITY_NORM, FIRST_MOMENT, GEOMETRIC),
)


def counterexample(steps: int) -> Counterexample:
    """Return the attaining gradients of ``steps`` steps, for alpha = 1 and the default betas."""
    betas = {beta1: Rational(9, 10), beta2: Rational(999, 1000)}
    gradient = ATTAINED_BY.xreplace({**betas, t: Integer(steps)})
    return Counterexample(
        ADAMAX,
        {alpha: Integer(1), **betas},
        gradients=tuple(gradient.xreplace({index: Integer(i)}) for i in range(1, steps + 1)),
        claimed=alpha,
    )


SHORT: Final = counterexample(2)
LONG: Final = counterexample(60)

PAPER_BOUND: Final = Claim(
    id="adamax-paper-step-bound",
    statement="No step is longer than alpha.",
    formula=Le(abs(Delta), alpha, evaluate=False),
    source=SECTION_7_1,
    steps=(
        Step(
            "Take the default betas, alpha = 1 and the gradients 1000/999 and 1: the second step "
            "is this long,",
            equal(Delta, Rational(18990, 18981)),
            Computed(SHORT),
        ),
        Step("which is longer than claimed.", Gt(abs(Delta), alpha), Computed(SHORT)),
        Step(
            "After sixty gradients that shrink by the factor beta2, it is 0.9 % longer.",
            Gt(abs(Delta), Rational(1008, 1000) * alpha),
            Computed(LONG),
        ),
    ),
    algorithm=ADAMAX,
    counterexamples=(SHORT, LONG),
)

BOUND_AT_INFINITY: Final = BOUND.xreplace(
    {power: Integer(0) for power in (beta1**t, (beta1 / beta2) ** t)}
)
"""The limit of B_t for beta1 < beta2."""

_CONVERGES = Implies(Lt(beta1, beta2), Eq(Limit(BOUND, t, oo), BOUND_AT_INFINITY, evaluate=False))

BOUND_LIMIT: Final = Claim(
    id="adamax-step-bound-limit",
    statement="If beta1 < beta2 the bound B_t tends to (1 - beta1) / (1 - beta1 / beta2): 1.0091 "
    "for the default betas.",
    formula=_CONVERGES,
    source=_OWN,
    steps=(
        Step(
            "Powers of numbers below 1 tend to 0, and B_t is continuous in them.",
            _CONVERGES,
            PowersTendTo({beta1**t: Integer(0), (beta1 / beta2) ** t: Integer(0)}),
        ),
    ),
    algorithm=ADAMAX,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADAMAX.name: (INFINITY_NORM, FIRST_MOMENT, STEP_BOUND, ATTAINED, PAPER_BOUND, BOUND_LIMIT)
}
