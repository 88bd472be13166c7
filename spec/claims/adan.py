"""What Adan's two averages make together, and what is left of it without looking ahead."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sympy import Expr, Integer, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Equation, Source, State
from optimspec.spec.algorithms.adam import m, m_hat
from optimspec.spec.algorithms.adan import ADAN, PAPER, beta3, delta, m_diff, n, n_hat
from optimspec.spec.claim import Claim, Delta, Step, equal, update_of
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g

m_bar: Final = Variable("m_bar")

_NESTEROV: Final = Source(
    PAPER.work, "Section 3.1, the estimation of Nesterov's momentum", PAPER.url
)
_AVERAGED: Final = Equation(
    m_bar, beta1 * m_bar.prev + (1 - beta1) * (g + beta1 * delta), "average of what is ahead"
)
_BESIDE: Final = replace(
    ADAN,
    state=(*ADAN.state, State(m_bar, Integer(0), "average of what is ahead")),
    equations=(*ADAN.equations[:-1], _AVERAGED, ADAN.equations[-1]),
)
"""Adan with the average of g + beta1 (g - g_last) beside its own."""

_SAME: Final = equal(beta2, beta1)


def _defined(*variables: Variable) -> tuple[Expr, ...]:
    return tuple(equal(x, _BESIDE[x].rhs) for x in variables)


_STAYS = Implies(
    And(_SAME, equal(m_bar.prev, m.prev + beta1 * m_diff.prev)),
    equal(m_bar, m + beta1 * m_diff),
)

TWO_AVERAGES: Final = Claim(
    id="adan-two-averages-are-one",
    statement="Where beta1 = beta2, the averages m + beta1 m_diff are at every step the one of "
    "g + beta1 (g - g_last): Nesterov's momentum without a second gradient.",
    formula=_STAYS,
    source=_NESTEROV,
    steps=(
        Step("All three start from zero.", equal(Integer(0), 0 * beta1), Algebra()),
        Step(
            "If they agree before a step, put their recurrences into both sides: so they do after.",
            _STAYS,
            Algebra((*_defined(m_bar, m, m_diff), *_STAYS.args[0].args)),
        ),
    ),
    algorithm=_BESIDE,
)

_NO_LOOK: Final = equal(beta2, Integer(0))
_SQUARES = Implies(_NO_LOOK, equal(n, beta3 * n.prev + (1 - beta3) * g**2))
_STEP = Implies(_NO_LOOK, equal(Delta, alpha * m_hat / (sqrt(n_hat) + eps)))

WITHOUT_LOOKAHEAD: Final = Claim(
    id="adan-without-lookahead-is-adam",
    statement="For beta2 = 0 Adan's step is Adam's, whose beta2 is Adan's beta3.",
    formula=_STEP,
    source=Source("optimspec", "derived from Algorithm 1", PAPER.url),
    steps=(
        Step(
            "Put beta2 = 0 into the average square: the gradient's own is left,",
            _SQUARES,
            Algebra((*_defined(n), _NO_LOOK)),
        ),
        Step(
            "and into the update: its average is left of what is divided.",
            _STEP,
            Algebra((*update_of(ADAN)[:2], _NO_LOOK)),
        ),
    ),
    algorithm=ADAN,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {ADAN.name: (TWO_AVERAGES, WITHOUT_LOOKAHEAD)}
