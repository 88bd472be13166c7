"""Relatives of Adam: what their second moments do, and how long their steps are."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Ne, Sum, Symbol, atan2, pi, sign, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithms.adabelief import ADABELIEF, s
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.algorithms.adam_atan2 import ADAM_ATAN2
from optimspec.spec.algorithms.yogi import YOGI
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_cases import Homogeneous
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_lemmas import GEOMETRIC, ratio
from optimspec.spec.claim_rules import Algebra, Instance
from optimspec.spec.claims.adam_moments import CLOSED_M, CLOSED_V, moment_claims
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, index, t

_C: Final = Symbol("c", positive=True)
_SAME: Final = equal(G[index], _C)
_WEIGHTS: Final = {
    beta: equal(Sum(beta ** (t - index), (index, 1, t)), (1 - beta**t) / (1 - beta))
    for beta in (beta1, beta2)
}
_SUM_M: Final = equal(Sum(_C * beta1 ** (t - index), (index, 1, t)), _C * _WEIGHTS[beta1].lhs)
_SUM_V: Final = equal(Sum(_C**2 * beta2 ** (t - index), (index, 1, t)), _C**2 * _WEIGHTS[beta2].lhs)


def _weights(beta: Symbol) -> Step:
    return Step(
        f"The weights {beta}^(t-i) are a geometric sum.",
        _WEIGHTS[beta],
        Instance(GEOMETRIC.formula, {ratio: beta}),
    )


BELIEF_MOMENT: Final = Claim(
    id="adabelief-first-moment-closed-form",
    statement="The first moment is Adam's: a sum of all gradients, with weights that fall off "
    "geometrically into the past.",
    formula=CLOSED_M,
    source=ADABELIEF.source,
    steps=StateInduction(ADABELIEF, m).proof(CLOSED_M),
    algorithm=ADABELIEF,
)

_NOW: Final = equal(g, _C)
_SETTLED: Final = Implies(_SAME, equal(m, (1 - beta1**t) * _C))
_BELIEF: Final = equal(s, ADABELIEF[s].rhs)
_FADES: Final = Implies(
    And(_SAME, _NOW), equal(s, beta2 * s.prev + (1 - beta2) * (beta1**t * _C) ** 2 + eps)
)

BELIEF_FADES: Final = Claim(
    id="adabelief-constant-gradient",
    statement="Along a constant gradient what enters the belief is beta1^t of the gradient, "
    "squared, and eps: the belief fades, and steps grow until eps stops them.",
    formula=_FADES,
    source=ADABELIEF.source,
    steps=(
        _weights(beta1),
        Step("The gradient is a factor of the first moment's sum,", _SUM_M, Algebra()),
        Step(
            "so that the moment lacks beta1^t of the gradient.",
            _SETTLED,
            Algebra((CLOSED_M, _SAME, _SUM_M, _WEIGHTS[beta1])),
        ),
        Step(
            "Put it into the belief.",
            _FADES,
            Algebra((_BELIEF, _NOW, _SETTLED.args[1])),
        ),
    ),
    algorithm=ADABELIEF,
    lemmas=(BELIEF_MOMENT, GEOMETRIC),
)

_FIRST: Final = (
    equal(eps, Integer(0)),
    equal(m.prev, Integer(0)),
    equal(s.prev, Integer(0)),
    equal(t, Integer(1)),
)
_LONGER: Final = Implies(And(*_FIRST, Ne(g, 0)), equal(abs(Delta), alpha / beta1))

BELIEF_FIRST_STEP: Final = Claim(
    id="adabelief-first-step",
    statement="For eps = 0 the first step is exactly alpha / beta1 long, longer than Adam's.",
    formula=_LONGER,
    source=ADABELIEF.source,
    steps=(
        Step(
            "Put the moments of one gradient into the update.",
            _LONGER,
            Algebra((*update_of(ADABELIEF), _BELIEF, equal(m, ADABELIEF[m].rhs), *_FIRST)),
        ),
    ),
    algorithm=ADABELIEF,
)

_APART: Final = Ne(v.prev - g**2, 0)
_SIZE: Final = Implies(_APART, equal(abs((1 - beta2) * sign(v.prev - g**2)), 1 - beta2))
_MOVES: Final = Implies(_APART, equal(abs(v - v.prev), (1 - beta2) * g**2))

YOGI_MOVES: Final = Claim(
    id="yogi-moment-step",
    statement="Wherever it is not the squared gradient already, the second moment moves by exactly "
    "(1 - beta2) g^2, whatever its distance.",
    formula=_MOVES,
    source=YOGI.source,
    steps=(
        Step(
            "The sign of what is not zero is 1 or -1.",
            _SIZE,
            Homogeneous((v.prev - g**2,), positive=(1 - beta2,)),
        ),
        Step(
            "Put it into the recurrence.",
            _MOVES,
            Algebra((equal(v, YOGI[v].rhs), _SIZE.args[1])),
        ),
    ),
    algorithm=YOGI,
)

_MOMENTS: Final = moment_claims(ADAM_ATAN2)[:2]
_M_HAT: Final = Implies(_SAME, equal(m_hat, _C))
_V_HAT: Final = Implies(_SAME, equal(v_hat, _C**2))
_ANGLE: Final = equal(atan2(_C, sqrt(_C**2)), pi / 4)
_EIGHTH: Final = Implies(_SAME, equal(abs(Delta), alpha * pi / 4))

ATAN2_CONSTANT: Final = Claim(
    id="adam-atan2-constant-gradient",
    statement="A constant gradient makes every step exactly alpha pi / 4 long; no eps has to be "
    "zero for it.",
    formula=_EIGHTH,
    source=ADAM_ATAN2.source,
    steps=(
        _weights(beta1),
        _weights(beta2),
        Step("The gradient is a factor of m's sum,", _SUM_M, Algebra()),
        Step("and its square of v's.", _SUM_V, Algebra()),
        Step(
            "So the first corrected moment is the gradient,",
            _M_HAT,
            Algebra(
                (equal(m_hat, ADAM_ATAN2[m_hat].rhs), CLOSED_M, _SAME, _SUM_M, _WEIGHTS[beta1])
            ),
        ),
        Step(
            "and the second its square.",
            _V_HAT,
            Algebra(
                (equal(v_hat, ADAM_ATAN2[v_hat].rhs), CLOSED_V, _SAME, _SUM_V, _WEIGHTS[beta2])
            ),
        ),
        Step("A point with equal sides has the angle pi / 4.", _ANGLE, Homogeneous()),
        Step(
            "The step is alpha times that.",
            _EIGHTH,
            Algebra((*update_of(ADAM_ATAN2)[:2], _M_HAT.args[1], _V_HAT.args[1], _ANGLE)),
        ),
    ),
    algorithm=ADAM_ATAN2,
    lemmas=(*_MOMENTS, GEOMETRIC),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADABELIEF.name: (BELIEF_MOMENT, BELIEF_FIRST_STEP, BELIEF_FADES),
    YOGI.name: (YOGI_MOVES,),
    ADAM_ATAN2.name: (*moment_claims(ADAM_ATAN2), ATAN2_CONSTANT),
}
