"""Adadelta's units: which the paper claims for its steps, and which eps gives them."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Ne, Rational, Sum, Symbol, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adadelta import ADADELTA, PAPER, delta, u
from optimspec.spec.algorithms.adam import v
from optimspec.spec.algorithms.rmsprop import rho
from optimspec.spec.claim import Claim, Counterexample, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Algebra, Computed
from optimspec.spec.symbols import alpha, eps, g, index, t

_UNITS: Final = Source(PAPER.work, "Section 3.2 and equation (14)", PAPER.url)
_OWN: Final = Source("optimspec", "derived from Algorithm 1 of Zeiler", PAPER.url)

_CLOSED = equal(v, (1 - rho) * Sum(rho ** (t - index) * G[index] ** 2, (index, 1, t)))
_DEFINED = {variable: equal(variable, ADADELTA[variable].rhs) for variable in (v, delta, u)}

CLOSED: Final = Claim(
    id="adadelta-mean-square-closed-form",
    statement="The mean square of the gradient is a sum over all gradients, with weights that "
    "fall off geometrically into the past.",
    formula=_CLOSED,
    source=PAPER,
    steps=StateInduction(ADADELTA, v).proof(_CLOSED),
    algorithm=ADADELTA,
)

_NO_GRADIENTS, _NO_CHANGES = (equal(x.prev, Integer(0)) for x in (v, u))
_UNMOVED = And(_NO_GRADIENTS, _NO_CHANGES)
_FIRST_SIZE = alpha * sqrt(eps) / sqrt((1 - rho) * g**2 + eps) * g
_FIRST = Implies(_UNMOVED, equal(Delta, _FIRST_SIZE))

FIRST_STEP: Final = Claim(
    id="adadelta-first-step",
    statement="The first step is alpha sqrt(eps) g / sqrt((1-rho) g^2 + eps): eps alone sets its "
    "size, alpha sqrt(eps / (1-rho)) for large gradients.",
    formula=_FIRST,
    source=_OWN,
    steps=(
        Step(
            "Both mean squares start at zero.",
            _FIRST,
            Algebra((*update_of(ADADELTA), *_DEFINED.values(), _NO_GRADIENTS, _NO_CHANGES)),
        ),
    ),
    algorithm=ADADELTA,
)

_NO_EPS = equal(eps, Integer(0))
_STUCK = And(_NO_EPS, _NO_CHANGES)
_NO_CHANGE, _NONE_KEPT, _STANDS = (Implies(_STUCK, equal(x, Integer(0))) for x in (delta, u, Delta))

STANDS_STILL: Final = Claim(
    id="adadelta-stands-still-without-eps",
    statement="For eps = 0 it never moves: without a change before it there is none.",
    formula=_STANDS,
    source=_OWN,
    steps=(
        Step(
            "The numerator is zero,",
            _NO_CHANGE,
            Algebra((_DEFINED[delta], _NO_EPS, _NO_CHANGES)),
        ),
        Step(
            "and stays zero for the next step.",
            _NONE_KEPT,
            Algebra((_DEFINED[u], _NO_CHANGE.args[1], _NO_CHANGES)),
        ),
        Step(
            "The step is alpha times zero.",
            _STANDS,
            Algebra((*update_of(ADADELTA)[:2], _NO_CHANGE.args[1])),
        ),
    ),
    algorithm=ADADELTA,
)

_UNIT = alpha * sqrt(eps) / sqrt(1 - rho + eps)
"""The first step along a gradient of 1."""

HALVED: Final = Counterexample(
    ADADELTA,
    {alpha: Integer(1), rho: Rational(3, 4), eps: Integer(1)},
    gradients=(Rational(1, 2),),
    claimed=_UNIT / g,
)
_COVARIANT = Implies(_UNMOVED, equal(abs(Delta), HALVED.claimed))

UNITS: Final = Claim(
    id="adadelta-units",
    statement="Steps have the units of the parameter: measured in a unit in which the gradient is "
    "g instead of 1, the first step is 1 / g times as long.",
    formula=_COVARIANT,
    source=_UNITS,
    steps=(
        Step(
            "Take the first step along a gradient of 1/2, with rho = 3/4, alpha = eps = 1.",
            _UNMOVED,
            Computed(HALVED),
        ),
        Step(
            "It has this square,",
            equal(Delta**2, HALVED.values[Delta] ** 2),
            Computed(HALVED),
        ),
        Step(
            "where twice the step along a gradient of 1 is claimed. eps has no units, and is added "
            "to both mean squares, whose units differ.",
            Ne(Delta**2, HALVED.claimed**2),
            Computed(HALVED),
        ),
    ),
    algorithm=ADADELTA,
    counterexamples=(HALVED,),
)

_K: Final = Symbol("k", positive=True)


_EPS_OF_U, _EPS_OF_V = _K**2 * eps, eps / _K**2
_V_SCALED = equal(v / _K**2, rho * v.prev / _K**2 + (1 - rho) * (g / _K) ** 2)
_U_SCALED = equal(_K**2 * u, rho * _K**2 * u.prev + (1 - rho) * (_K * delta) ** 2)
_DELTA_SCALED = equal(
    _K * delta,
    sqrt(_K**2 * u.prev + _EPS_OF_U) / sqrt(v / _K**2 + _EPS_OF_V) * g / _K,
)

UNITS_WITH_EPS: Final = Claim(
    id="adadelta-units-with-two-eps",
    statement="They have them if the eps beside the changes is measured in the parameter's units, "
    "and that beside the gradients in the gradient's.",
    formula=_DELTA_SCALED,
    source=_UNITS,
    steps=(
        Step(
            "With the parameter k times as large, gradients are 1 / k times as large, and their "
            "mean square 1 / k^2 times.",
            _V_SCALED,
            Algebra((_DEFINED[v],)),
        ),
        Step(
            "The mean square of changes is k^2 times as large,", _U_SCALED, Algebra((_DEFINED[u],))
        ),
        Step("and the change k times.", _DELTA_SCALED, Algebra((_DEFINED[delta],))),
    ),
    algorithm=ADADELTA,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADADELTA.name: (CLOSED, FIRST_STEP, STANDS_STILL, UNITS, UNITS_WITH_EPS)
}
