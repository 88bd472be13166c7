"""How long Rprop's steps can be."""

from collections.abc import Mapping
from typing import Final

from sympy import And, Implies, Integer, Le

from optimspec.spec.algorithms.rprop import (
    PAPER,
    RPROP,
    delta,
    delta_max,
    delta_min,
    eta_minus,
    eta_plus,
    u,
)
from optimspec.spec.claim import Claim, Delta, Step, equal
from optimspec.spec.claim_bracket import BoundsInduction, Branches
from optimspec.spec.symbols import alpha, theta

_ONE: Final = Integer(1)
_START: Final = (Le(delta_min, alpha), Le(alpha, delta_max))
_FACTORS: Final = (Le(eta_minus, _ONE), Le(_ONE, eta_plus))
_DOMAIN: Final = And(*_START, *_FACTORS)
_BEFORE: Final = (Le(delta.prev, delta_max), Le(delta_min, delta.prev))
_WITHIN: Final = Implies(_DOMAIN, And(Le(delta_min, delta), Le(delta, delta_max)))
_OF_SIZE: Final = BoundsInduction(RPROP, delta)

STEP_SIZE: Final = Claim(
    id="rprop-step-size-within-bounds",
    statement="Step sizes that start between the smallest and the largest stay there.",
    formula=_WITHIN,
    source=PAPER,
    steps=(
        Step(
            "Whether it grows, shrinks or stays, a step size between the bounds is followed by one "
            "between them.",
            _OF_SIZE.inductive(_WITHIN),
            Branches((*_BEFORE, *_FACTORS)),
        ),
        Step("By induction this holds at every step.", _WITHIN, _OF_SIZE),
    ),
    algorithm=RPROP,
)

_LENGTH: Final = Implies(_DOMAIN, And(Le(-delta_max, u), Le(u, delta_max)))
_OF_LENGTH: Final = BoundsInduction(RPROP, u)
_KNOWN: Final = (Le(delta, delta_max), Le(delta_min, delta))
_BOUNDED: Final = Implies(_DOMAIN, And(Le(-delta_max, Delta), Le(Delta, delta_max)))

STEP_LENGTH: Final = Claim(
    id="rprop-step-length",
    statement="If the step size at the start is between the smallest and the largest, no step is "
    "longer than the largest, steps taken back included.",
    formula=_BOUNDED,
    source=PAPER,
    steps=(
        Step(
            "A step is the last one taken back, or a step size with a sign, or zero.",
            _OF_LENGTH.inductive(_LENGTH),
            Branches((*_KNOWN, Le(u.prev, delta_max), Le(-delta_max, u.prev))),
        ),
        Step("By induction this holds at every step.", _LENGTH, _OF_LENGTH),
        Step(
            "The parameter moves by this step.",
            _BOUNDED,
            Branches(
                (Le(u, delta_max), Le(-delta_max, u)),
                (equal(Delta, theta.prev - theta), equal(theta, theta.prev + u)),
            ),
        ),
    ),
    algorithm=RPROP,
    lemmas=(STEP_SIZE,),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {RPROP.name: (STEP_SIZE, STEP_LENGTH)}
