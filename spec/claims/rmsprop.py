"""RMSprop's mean square and variance, and how long its steps can be."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Lambda, Le, Sum, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.algorithms.adam import m, v, v_hat
from optimspec.spec.algorithms.rmsprop import LECTURE, RMSPROP, rho
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_lemmas import CAUCHY_SCHWARZ, GEOMETRIC, a, b, n, ratio
from optimspec.spec.claim_rules import Algebra, Instance
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.known.mean_square import CENTERED
from optimspec.spec.symbols import Variable, alpha, eps, index, t

_OWN: Final = Source("optimspec", "derived from the equations of RMSprop", LECTURE.url)
_GRAVES: Final = Source(
    "Graves, Generating Sequences With Recurrent Neural Networks, arXiv:1308.0850v5",
    "equations (38) to (40)",
    "https://arxiv.org/abs/1308.0850v5",
)
_CENTERED: Final[Algorithm] = RMSPROP.edited(CENTERED)

_WEIGHTED = Sum(rho ** (t - index) * G[index], (index, 1, t))
_WEIGHTED_SQUARES = Sum(rho ** (t - index) * G[index] ** 2, (index, 1, t))
_CLOSED = equal(v, (1 - rho) * _WEIGHTED_SQUARES)
_CLOSED_MEAN = equal(m, (1 - rho) * _WEIGHTED)


def _closed_form(algorithm: Algorithm, variable: Variable) -> Claim:
    id_, what, goal = {
        v: ("mean-square-closed-form", "mean square", _CLOSED),
        m: ("mean-gradient-closed-form", "mean gradient", _CLOSED_MEAN),
    }[variable]
    return Claim(
        id=id_,
        statement=f"The {what} is a sum over all gradients, with weights that fall off "
        "geometrically into the past.",
        formula=goal,
        source=LECTURE,
        steps=StateInduction(algorithm, variable).proof(goal),
        algorithm=algorithm,
    )


CLOSED: Final = _closed_form(RMSPROP, v)

_NO_EPS = equal(eps, Integer(0))
_NO_PAST = equal(v.prev, Integer(0))
_DEFINED = equal(v, RMSPROP[v].rhs)
_FIRST = Implies(And(_NO_EPS, _NO_PAST), equal(abs(Delta), alpha / sqrt(1 - rho)))

FIRST_STEP: Final = Claim(
    id="rmsprop-first-step",
    statement="For eps = 0 the first gradient that is not zero makes a step of "
    "alpha / sqrt(1 - rho): ten times alpha for rho = 0.99.",
    formula=_FIRST,
    source=_OWN,
    steps=(
        Step(
            "A gradient that meets a mean square of zero cancels, but for its sign.",
            _FIRST,
            Algebra((*update_of(RMSPROP), _DEFINED, _NO_EPS, _NO_PAST), (1 - rho,)),
        ),
    ),
    algorithm=RMSPROP,
)

_BEFORE = equal(v.prev, _CLOSED.rhs.xreplace({t: t - 1}))
_SQUARES = Le(0, _BEFORE.rhs, evaluate=False)
_PAST = Le(0, v.prev, evaluate=False)
_DENOMINATOR = (1 - rho) * (sqrt(v) + eps) ** 2
_SHORTER = Le(0, alpha**2 * eps * (2 * sqrt(v) + eps) / _DENOMINATOR, evaluate=False)
_BOUNDED = Le(abs(Delta), alpha / sqrt(1 - rho), evaluate=False)

STEP_BOUND: Final = Claim(
    id="rmsprop-step-bound",
    statement="No gradients, unless all are zero, make a step longer than alpha / sqrt(1 - rho).",
    formula=_BOUNDED,
    source=_OWN,
    steps=(
        Step(
            "The mean square before the step is a sum of squares,",
            _BEFORE,
            Instance(_CLOSED, {t: t - 1, v: v.prev}),
        ),
        Step("which is not negative.", _SQUARES, NotNegative(positive=(1 - rho,))),
        Step(
            "So the mean square is not.",
            _PAST,
            Combination({_SQUARES: Integer(1)}, using=(_BEFORE,)),
        ),
        Step("eps only shortens the step.", _SHORTER, NotNegative(positive=(v, 1 - rho))),
        Step(
            "The square of the bound, less that of the step, is what both of these add up to.",
            _BOUNDED,
            Combination(
                {_PAST: alpha**2 * rho / _DENOMINATOR, _SHORTER: Integer(1)},
                squared=True,
                using=(*update_of(RMSPROP), _DEFINED),
                positive=(1 - rho, RMSPROP[v].rhs, v),
            ),
        ),
    ),
    algorithm=RMSPROP,
    lemmas=(CLOSED,),
)

_CENTERED_CLOSED = _closed_form(_CENTERED, v)
MEAN_CLOSED: Final = _closed_form(_CENTERED, m)
_WEIGHTS = equal(Sum(rho ** (t - index), (index, 1, t)), (1 - rho**t) / (1 - rho))
_SHARED = Le(_WEIGHTED**2, _WEIGHTS.lhs * _WEIGHTED_SQUARES, evaluate=False)
_REST = Le(0, (1 - rho) * rho**t * _WEIGHTED_SQUARES, evaluate=False)
_VARIANCE = Le(0, v_hat, evaluate=False)

VARIANCE: Final = Claim(
    id="centered-variance-not-negative",
    statement="The variance that the centered form divides by the root of is never negative; "
    "where it comes out so, rounding has made it.",
    formula=_VARIANCE,
    source=_GRAVES,
    steps=(
        Step(
            "Split each weight into two equal factors, and apply Cauchy and Schwarz.",
            _SHARED,
            Instance(
                CAUCHY_SCHWARZ.formula,
                {n: t},
                {
                    a: Lambda(index, sqrt(rho) ** (t - index)),
                    b: Lambda(index, sqrt(rho) ** (t - index) * G[index]),
                },
            ),
        ),
        Step(
            "The weights are a geometric sum.", _WEIGHTS, Instance(GEOMETRIC.formula, {ratio: rho})
        ),
        Step("A sum of squares is not negative.", _REST, NotNegative(positive=(1 - rho,))),
        Step(
            "Put the closed forms into the variance and use the inequality.",
            _VARIANCE,
            Combination(
                {_SHARED: (1 - rho) ** 2, _REST: Integer(1)},
                using=(equal(v_hat, _CENTERED[v_hat].rhs), _CLOSED, _CLOSED_MEAN, _WEIGHTS),
                positive=(1 - rho,),
            ),
        ),
    ),
    algorithm=_CENTERED,
    lemmas=(_CENTERED_CLOSED, MEAN_CLOSED, CAUCHY_SCHWARZ, GEOMETRIC),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    RMSPROP.name: (CLOSED, FIRST_STEP, STEP_BOUND, MEAN_CLOSED, VARIANCE)
}
