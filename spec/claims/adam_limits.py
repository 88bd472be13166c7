"""What the bound on Adam's step is: attained, and where it goes as t grows."""

from typing import Final

from sympy import Eq, Gt, Integer, Limit, Lt, oo
from sympy.logic.boolalg import And, Equivalent, Implies

from optimspec.spec.algorithms.adam import ADAM, m, v
from optimspec.spec.claim import Claim, Delta, G, Step, equal
from optimspec.spec.claim_lemmas import GEOMETRIC
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.claim_rules_order import PowersTendTo, SameZeros
from optimspec.spec.claims.adam_bound import (
    ATTAINED_BY,
    BOUND,
    BY_RATIO,
    DEFINED,
    MOMENTS,
    OWN,
    POSITIVE,
    WEIGHTS,
)
from optimspec.spec.claims.adam_moments import CLOSED_M, CLOSED_V
from optimspec.spec.symbols import alpha, beta1, beta2, eps, index, t

NO_EPS: Final = equal(eps, Integer(0))

_CHOSEN = equal(G[index], ATTAINED_BY)
_WEIGHTED = {
    closed: equal(closed.rhs.args[1].xreplace({G[index]: ATTAINED_BY}), WEIGHTS.lhs)
    for closed in (CLOSED_M, CLOSED_V)
}
_OF_M = Implies(_CHOSEN, equal(m, (1 - beta1) * WEIGHTS.lhs))
_OF_V = Implies(_CHOSEN, equal(v, (1 - beta2) * WEIGHTS.lhs))
_ATTAINED = Implies(And(NO_EPS, _CHOSEN), equal(Delta, alpha * BOUND))

STEP_BOUND_ATTAINED: Final = Claim(
    id="step-bound-attained",
    statement="For eps = 0 the gradients g_i = (beta1 / beta2)^(t-i) make step t exactly "
    "alpha B_t long.",
    formula=_ATTAINED,
    source=OWN,
    steps=(
        Step(
            "In m each gradient's weight becomes a power of beta1^2 / beta2.",
            _WEIGHTED[CLOSED_M],
            Algebra(),
        ),
        Step("In v it becomes the same power.", _WEIGHTED[CLOSED_V], Algebra()),
        Step(
            "So m is a multiple of that sum,",
            _OF_M,
            Algebra((CLOSED_M, _CHOSEN, _WEIGHTED[CLOSED_M])),
        ),
        Step("and so is v.", _OF_V, Algebra((CLOSED_V, _CHOSEN, _WEIGHTED[CLOSED_V]))),
        Step("The sum under the root of B_t is that sum.", WEIGHTS, BY_RATIO),
        Step(
            "Dividing m_hat by the root of v_hat leaves its root.",
            _ATTAINED,
            Algebra(
                using=(
                    *DEFINED.values(),
                    _OF_M.args[1],
                    _OF_V.args[1],
                    NO_EPS,
                    equal(WEIGHTS.rhs, WEIGHTS.lhs),
                ),
                positive=(WEIGHTS.lhs, *POSITIVE),
            ),
        ),
    ),
    algorithm=ADAM,
    lemmas=(*MOMENTS, GEOMETRIC),
)

_RATIO = beta1**2 / beta2
_SLOW = Lt(beta1**2, beta2)
_FAST = Gt(beta1**2, beta2)

BOUND_AT_INFINITY: Final = BOUND.xreplace(
    {power: Integer(0) for power in (beta1**t, beta2**t, _RATIO**t)}
)
"""The limit of B_t for beta1^2 < beta2."""

_CONVERGES = Implies(_SLOW, Eq(Limit(BOUND, t, oo), BOUND_AT_INFINITY, evaluate=False))

STEP_BOUND_LIMIT: Final = Claim(
    id="step-bound-limit",
    statement="If beta1^2 < beta2 the bound B_t tends to a finite limit: 7.27 for the default "
    "betas.",
    formula=_CONVERGES,
    source=OWN,
    steps=(
        Step(
            "Powers of numbers below 1 tend to 0, and B_t is continuous in them.",
            _CONVERGES,
            PowersTendTo({power: Integer(0) for power in (beta1**t, beta2**t, _RATIO**t)}),
        ),
    ),
    algorithm=ADAM,
)

_DIVERGES = Implies(_FAST, Eq(Limit(BOUND, t, oo), oo, evaluate=False))

STEP_BOUND_DIVERGES: Final = Claim(
    id="step-bound-diverges",
    statement="If beta1^2 > beta2 the bound B_t, and so the longest step, grows without limit.",
    formula=_DIVERGES,
    source=OWN,
    steps=(
        Step(
            "The power of beta1^2 / beta2 grows without limit; the other factors tend to "
            "positive numbers.",
            _DIVERGES,
            PowersTendTo(
                {beta1**t: Integer(0), beta2**t: Integer(0), _RATIO**t: oo},
                positive=(_RATIO - 1, 1 - beta1, 1 - beta2),
            ),
        ),
    ),
    algorithm=ADAM,
)

_ALIKE = equal(beta1, beta2)
_EQUAL_BETAS = Implies(_ALIKE, equal(BOUND, Integer(1)))

EQUAL_BETAS: Final = Claim(
    id="step-bound-equal-betas",
    statement="If beta1 = beta2 no step is longer than alpha: B_t = 1 at every step.",
    formula=_EQUAL_BETAS,
    source=OWN,
    steps=(
        Step(
            "With equal betas beta1^2 / beta2 is beta2, and everything cancels.",
            _EQUAL_BETAS,
            Algebra((_ALIKE,), positive=(1 - beta2**t, 1 - beta2)),
        ),
    ),
    algorithm=ADAM,
)

_UNIT = equal(BOUND_AT_INFINITY, Integer(1))
_EXCESS = 1 / ((1 - beta2) * (beta2 - beta1**2))

ONLY_EQUAL_BETAS: Final = Claim(
    id="step-bound-alpha",
    statement="For beta1^2 < beta2 the limit of B_t is 1 exactly if beta1 = beta2; otherwise steps "
    "longer than alpha exist.",
    formula=Equivalent(_UNIT, _ALIKE),
    source=OWN,
    steps=(
        Step(
            "The square of the limit exceeds 1 by a multiple of (beta1 - beta2)^2.",
            equal(BOUND_AT_INFINITY**2 - 1, _EXCESS * (beta1 - beta2) ** 2),
            Algebra(),
        ),
        Step(
            "Divide by the limit plus 1, which is positive.",
            Equivalent(_UNIT, _ALIKE),
            SameZeros(
                _UNIT,
                _ALIKE,
                factor=_EXCESS / (BOUND_AT_INFINITY + 1),
                power=2,
                positive=(1 - _RATIO, beta2 - beta1**2, 1 - beta1, 1 - beta2),
            ),
        ),
    ),
    algorithm=ADAM,
)

LIMIT_CLAIMS: Final = (
    STEP_BOUND_ATTAINED,
    STEP_BOUND_LIMIT,
    STEP_BOUND_DIVERGES,
    EQUAL_BETAS,
    ONLY_EQUAL_BETAS,
)
