"""When RAdam's rectification is defined, and what it does to the step."""

from collections.abc import Mapping
from typing import Final

from sympy import Gt, Integer, Le, Rational
from sympy.logic.boolalg import Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.radam import PAPER, RADAM, r, rho, rho_inf
from optimspec.spec.claim import Claim, Step, equal
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.claim_rules_ordered import Ordered
from optimspec.spec.symbols import beta2, t

SECTION_3: Final = Source(PAPER.work, "Section 3", PAPER.url)
_OWN: Final = Source("optimspec", "derived from Algorithm 2", PAPER.url)

_RHO, _RHO_INF, _R = (equal(lhs, RADAM[lhs].rhs) for lhs in (rho, rho_inf, r))
_CORRECTED = (1 - beta2**t,)

_FIRST = Implies(equal(t, Integer(1)), equal(rho, Integer(1)))

FIRST_LENGTH: Final = Claim(
    id="radam-first-length",
    statement="At the first step the average has the length 1, whatever beta2 is.",
    formula=_FIRST,
    source=_OWN,
    steps=(
        Step(
            "Put t = 1 into rho.",
            _FIRST,
            Algebra((_RHO, _RHO_INF, _FIRST.args[0]), (1 - beta2,)),
        ),
    ),
    algorithm=RADAM,
)

_TAKEN = Le(0, 2 * t * beta2**t / (1 - beta2**t), evaluate=False)
_BELOW = Le(rho, rho_inf, evaluate=False)

LENGTH_BOUND: Final = Claim(
    id="radam-length-bound",
    statement="The average is never longer than its limit.",
    formula=_BELOW,
    source=SECTION_3,
    steps=(
        Step("What is taken from the limit is not negative.", _TAKEN, NotNegative(_CORRECTED)),
        Step("The rest is the length.", _BELOW, Combination({_TAKEN: Integer(1)}, using=(_RHO,))),
    ),
    algorithm=RADAM,
)

_LONG = Gt(rho, 4)
_ORDER = (_BELOW, _LONG)
_REAL = Implies(_LONG, Le(0, _R.rhs**2, evaluate=False))
_SHORTER = Implies(_LONG, Le(_R.rhs**2, 1, evaluate=False))

RECTIFICATION_REAL: Final = Claim(
    id="radam-rectification-real",
    statement="Where the length is more than 4, the rectification is the root of a number that "
    "is not negative.",
    formula=_REAL,
    source=SECTION_3,
    steps=(
        Step(
            "Write the limit as the length and a number that is not negative, and the length as "
            "4 and one that is positive.",
            _REAL,
            Ordered(_ORDER),
        ),
    ),
    algorithm=RADAM,
    lemmas=(LENGTH_BOUND,),
)

RECTIFICATION_SHORTENS: Final = Claim(
    id="radam-rectification-shortens",
    statement="There it is at most 1: it never makes a step longer.",
    formula=_SHORTER,
    source=SECTION_3,
    steps=(Step("Write both in the same way and expand.", _SHORTER, Ordered(_ORDER)),),
    algorithm=RADAM,
    lemmas=(LENGTH_BOUND,),
)

_FORGETFUL = Le(beta2, Rational(3, 5))
_SHORT_LIMIT = Implies(_FORGETFUL, Le(rho_inf, 4, evaluate=False))

NEVER_ADAPTIVE: Final = Claim(
    id="radam-never-adaptive",
    statement="For beta2 of 3/5 or less the limit is at most 4, and so no step is adaptive.",
    formula=_SHORT_LIMIT,
    source=_OWN,
    steps=(
        Step(
            "Write beta2 as 3/5 less a number that is not negative.",
            _SHORT_LIMIT,
            Ordered((_FORGETFUL,), using=(_RHO_INF,)),
        ),
    ),
    algorithm=RADAM,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    RADAM.name: (
        FIRST_LENGTH,
        LENGTH_BOUND,
        RECTIFICATION_REAL,
        RECTIFICATION_SHORTENS,
        NEVER_ADAPTIVE,
    )
}
