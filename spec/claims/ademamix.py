"""What AdEMAMix's slow average is, and that without it Adam is left."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Sum, Symbol, sqrt
from sympy.logic.boolalg import Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import m_hat, v_hat
from optimspec.spec.algorithms.ademamix import ADEMAMIX, PAPER, alpha_slow, beta3, m_slow
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_lemmas import GEOMETRIC, ratio
from optimspec.spec.claim_rules import Algebra, Expected, Instance, mean
from optimspec.spec.claims.adam_moments import moment_claims
from optimspec.spec.symbols import alpha, eps, index, t

_OWN: Final = Source("optimspec", "derived from Algorithm 1", PAPER.url)
_MU: Final = Symbol("mu", real=True)

_CLOSED = equal(m_slow, (1 - beta3) * Sum(beta3 ** (t - index) * G[index], (index, 1, t)))

SLOW: Final = Claim(
    id="ademamix-slow-closed-form",
    statement="The slow average is a sum of all gradients, with weights that fall off by beta3.",
    formula=_CLOSED,
    source=PAPER,
    steps=StateInduction(ADEMAMIX, m_slow).proof(_CLOSED),
    algorithm=ADEMAMIX,
)

_WEIGHTS = equal(Sum(beta3 ** (t - index), (index, 1, t)), (1 - beta3**t) / (1 - beta3))
_AVERAGED = equal(mean(m_slow), _MU * (1 - beta3) * _WEIGHTS.lhs)
_BIASED = equal(mean(m_slow), (1 - beta3**t) * _MU)

BIASED: Final = Claim(
    id="ademamix-slow-biased",
    statement="If the gradients' mean is the same at every step, that of the slow average, which "
    "is not corrected, is 1 - beta3^t of it: a percent after 100 steps with beta3 = 0.9999.",
    formula=_BIASED,
    source=_OWN,
    steps=(
        Step(
            "Take the mean: the sum is linear in the gradients.",
            _AVERAGED,
            Expected(_CLOSED, G, 1, _MU),
        ),
        Step(
            "The weights are a geometric sum.",
            _WEIGHTS,
            Instance(GEOMETRIC.formula, {ratio: beta3}),
        ),
        Step("Put it in.", _BIASED, Algebra((_AVERAGED, _WEIGHTS))),
    ),
    algorithm=ADEMAMIX,
    lemmas=(SLOW, GEOMETRIC),
)

_NO_SLOW = equal(alpha_slow, Integer(0))
_STEP = Implies(_NO_SLOW, equal(Delta, alpha * m_hat / (sqrt(v_hat) + eps)))

WITHOUT_SLOW: Final = Claim(
    id="ademamix-without-slow-is-adam",
    statement="Where the slow average weighs nothing the step is Adam's, from the same moments.",
    formula=_STEP,
    source=PAPER,
    steps=(
        Step(
            "Put the weight 0 into the update.",
            _STEP,
            Algebra((*update_of(ADEMAMIX)[:2], _NO_SLOW)),
        ),
    ),
    algorithm=ADEMAMIX,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADEMAMIX.name: (GEOMETRIC, *moment_claims(ADEMAMIX), SLOW, BIASED, WITHOUT_SLOW),
}
