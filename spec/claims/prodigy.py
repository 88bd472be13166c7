"""What Prodigy's estimate does, and how long its first step is."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Le, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.algorithms.prodigy import PAPER, PRODIGY, d, eta
from optimspec.spec.claim import Claim, Delta, Step, equal, update_of
from optimspec.spec.claim_largest import Larger
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.symbols import alpha, beta1, beta2, eps

_OWN: Final = Source("optimspec", "derived from Algorithm 4", PAPER.url)

_GROWS = Le(d.prev, d, evaluate=False)

NEVER_SHRINKS: Final = Claim(
    id="prodigy-estimate-never-shrinks",
    statement="The estimate of the distance never shrinks.",
    formula=_GROWS,
    source=PAPER,
    steps=(
        Step(
            "It is the larger of itself before the step and of what the gradients suggest.",
            _GROWS,
            Larger((equal(d, PRODIGY[d].rhs),)),
        ),
    ),
    algorithm=PRODIGY,
)

_FIRST = And(equal(m.prev, Integer(0)), equal(v.prev, Integer(0)), equal(eps, Integer(0)))
_LENGTH = Implies(_FIRST, equal(abs(Delta), alpha * d.prev * (1 - beta1) / sqrt(1 - beta2)))

FIRST_STEP: Final = Claim(
    id="prodigy-first-step",
    statement="With eps = 0 the first step is alpha d (1 - beta1) / sqrt(1 - beta2) long, as there "
    "is no bias correction: 3.16 alpha d for betas (0.9, 0.999).",
    formula=_LENGTH,
    source=_OWN,
    steps=(
        Step(
            "Put the moments of one gradient into the update; its size and d cancel.",
            _LENGTH,
            Algebra(
                (
                    *update_of(PRODIGY)[:2],
                    equal(eta, PRODIGY[eta].rhs),
                    equal(m, PRODIGY[m].rhs),
                    equal(v, PRODIGY[v].rhs),
                    *_FIRST.args,
                ),
                positive=(d.prev, 1 - beta1, 1 - beta2),
            ),
        ),
    ),
    algorithm=PRODIGY,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {PRODIGY.name: (NEVER_SHRINKS, FIRST_STEP)}
