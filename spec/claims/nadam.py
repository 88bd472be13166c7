"""What Nadam's momenta multiply to, and how long its first step is."""

from collections.abc import Mapping
from typing import Final

from sympy import Integer, Le, Product, Rational
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.algorithms.nadam import (
    NADAM,
    REPORT,
    momentum,
    mu,
    mu_next,
    mu_product,
    psi,
)
from optimspec.spec.claim import Claim, Delta, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Algebra, Peeling
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, index, t

_OWN: Final = Source("optimspec", "derived from Nadam's equations", REPORT.url)

_ALL: Final = StateInduction(NADAM, mu_product)
_PRODUCT: Final = equal(mu_product, Product(momentum(index), (index, 1, t)))
_MU: Final = equal(mu, NADAM[mu].rhs)

MOMENTUM_PRODUCT: Final = Claim(
    id="nadam-momentum-product",
    statement="While beta1 and psi stay the same, the variable that is kept is the product of the "
    "momenta of all steps so far.",
    formula=_PRODUCT,
    source=REPORT,
    steps=(
        Step("At step 0 the product is empty.", _ALL.base(_PRODUCT), Algebra()),
        Step(
            "Put the claim at step t-1 into the recurrence and take the last factor out of the "
            "product: it is the momentum of this step.",
            _ALL.inductive(_PRODUCT),
            Peeling(t, using=(_MU,)),
        ),
        Step("By induction on t the claim holds at every step.", _PRODUCT, _ALL),
    ),
    algorithm=NADAM,
)

_TAKEN = Le(0, beta1 * Rational(24, 25) ** (t * psi) / 2, evaluate=False)
_BELOW = Le(mu, beta1, evaluate=False)

MOMENTUM_BELOW: Final = Claim(
    id="nadam-momentum-below-beta1",
    statement="No momentum is larger than beta1.",
    formula=_BELOW,
    source=REPORT,
    steps=(
        Step("What the schedule takes from beta1 is not negative.", _TAKEN, NotNegative()),
        Step("The rest is the momentum.", _BELOW, Combination({_TAKEN: Integer(1)}, using=(_MU,))),
    ),
    algorithm=NADAM,
)

_START = And(
    equal(t, Integer(1)),
    equal(eps, Integer(0)),
    equal(m.prev, Integer(0)),
    equal(v.prev, Integer(0)),
    equal(mu_product.prev, Integer(1)),
)
_LOOKED_AHEAD = mu_next * (1 - beta1) / (1 - mu * mu_next)
_FIRST = Implies(_START, equal(Delta, alpha * (1 + _LOOKED_AHEAD) * g / abs(g)))

FIRST_STEP: Final = Claim(
    id="nadam-first-step",
    statement="For eps = 0 the first step is longer than alpha, 1.056 alpha for the default "
    "settings: the look-ahead counts the first gradient once more.",
    formula=_FIRST,
    source=_OWN,
    steps=(
        Step(
            "Put the start values into the moments; the gradient cancels, but for its sign.",
            _FIRST,
            Algebra(
                (
                    *(d for d in update_of(NADAM) if d.lhs not in (mu, mu_next)),
                    *(equal(kept, NADAM[kept].rhs) for kept in (m, v, mu_product)),
                    *_START.args,
                ),
                positive=(1 - beta2, 1 - mu, 1 - mu * mu_next),
            ),
        ),
    ),
    algorithm=NADAM,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    NADAM.name: (MOMENTUM_PRODUCT, MOMENTUM_BELOW, FIRST_STEP)
}
