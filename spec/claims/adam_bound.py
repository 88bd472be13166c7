"""How long Adam's step can be, by the Cauchy-Schwarz inequality."""

from typing import Final

from sympy import Expr, Integer, Lambda, Le, Sum, sqrt

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import ADAM, PAPER, m_hat, v_hat
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_lemmas import CAUCHY_SCHWARZ, GEOMETRIC, a, b, n, ratio
from optimspec.spec.claim_rules import Instance
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.claims.adam_moments import CLOSED_M, CLOSED_V, moment_claims
from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.symbols import alpha, beta1, beta2, eps, index, t, theta

if ADAM.step_bound is None:
    raise MalformedAlgorithm("The claims about Adam's step need its step_bound; it has none.")
BOUND: Final[Expr] = ADAM.step_bound.bound
ATTAINED_BY: Final[Expr] = ADAM.step_bound.attained_by

OWN: Final = Source("optimspec", "derived from Algorithm 1", PAPER.url)

DEFINED: Final = dict(zip((Delta, theta, v_hat, m_hat), update_of(ADAM), strict=True))
"""The equations that write the step in terms of the moments."""

WEIGHTS: Final = equal(
    GEOMETRIC.formula.lhs.xreplace({ratio: beta1**2 / beta2}),
    GEOMETRIC.formula.rhs.xreplace({ratio: beta1**2 / beta2}),
)
"""The sum under the bound's root."""

MOMENTS: Final = moment_claims(ADAM)[:2]
_PAST = Sum(beta2 ** (t - index) * G[index] ** 2, (index, 1, t))
POSITIVE: Final = (WEIGHTS.rhs, 1 - beta1**t, 1 - beta2**t, 1 - beta1, 1 - beta2)
"""What is positive for betas from 0 to 1 whose ratio beta1^2 / beta2 is not 1."""
BY_RATIO: Final = Instance(GEOMETRIC.formula, {ratio: beta1**2 / beta2})

_SHARED = Le(
    Sum(beta1 ** (t - index) * G[index], (index, 1, t)) ** 2, WEIGHTS.lhs * _PAST, evaluate=False
)
_SHORTER = Le(
    0,
    alpha**2 * m_hat**2 * eps * (2 * sqrt(v_hat) + eps) / (v_hat * (sqrt(v_hat) + eps) ** 2),
    evaluate=False,
)
_WITHOUT_EPS = Le(Delta**2, alpha**2 * m_hat**2 / v_hat, evaluate=False)
_BOUNDED = Le(abs(Delta), alpha * BOUND, evaluate=False)

STEP_BOUND: Final = Claim(
    id="step-bound",
    statement="No gradients, unless all are zero, make a step longer than alpha B_t.",
    formula=_BOUNDED,
    source=OWN,
    steps=(
        Step(
            "Split each weight of m into a factor of its own and the root of v's weight, and "
            "apply Cauchy and Schwarz.",
            _SHARED,
            Instance(
                CAUCHY_SCHWARZ.formula,
                {n: t},
                {
                    a: Lambda(index, (beta1 / sqrt(beta2)) ** (t - index)),
                    b: Lambda(index, sqrt(beta2) ** (t - index) * G[index]),
                },
            ),
        ),
        Step("The first factor is a geometric sum.", WEIGHTS, BY_RATIO),
        Step(
            "What eps takes from the square of the step is not negative.",
            _SHORTER,
            NotNegative(positive=(v_hat,)),
        ),
        Step(
            "So eps only shortens the step.",
            _WITHOUT_EPS,
            Combination(
                {_SHORTER: Integer(1)}, using=(DEFINED[Delta], DEFINED[theta]), positive=(v_hat,)
            ),
        ),
        Step(
            "Put the closed forms of m and v into the square of the step and use the inequality.",
            _BOUNDED,
            Combination(
                {
                    _SHARED: alpha**2
                    * (1 - beta2**t)
                    * (1 - beta1) ** 2
                    / ((1 - beta1**t) ** 2 * (1 - beta2) * _PAST),
                    _WITHOUT_EPS: Integer(1),
                },
                squared=True,
                using=(DEFINED[m_hat], DEFINED[v_hat], CLOSED_M, CLOSED_V, WEIGHTS),
                positive=(*POSITIVE, _PAST),
            ),
        ),
    ),
    algorithm=ADAM,
    lemmas=(*MOMENTS, GEOMETRIC, CAUCHY_SCHWARZ),
)
