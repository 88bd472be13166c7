"""What Adafactor's clipping does to an update."""

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Implies, Integer, Le, Max

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.algorithms.adafactor import ADAFACTOR, ADAFACTOR_VECTOR, d, u, u_hat
from optimspec.spec.claim import Claim, Step, equal
from optimspec.spec.claim_bracket import Decided
from optimspec.spec.claim_cases import Homogeneous
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.operations import rms

_SIZE: Final = rms(u)
_DIVISOR: Final = Max(1, _SIZE / d)
_CLIPPED: Final = equal(u_hat, u / _DIVISOR)
_TAKEN_OUT: Final = equal(rms(u / _DIVISOR), _SIZE / _DIVISOR)


def _clipping(
    algorithm: Algorithm, what: str, says: str, assumed: Le, divisor: Expr, size: Expr
) -> Claim:
    decided = Implies(assumed, equal(_DIVISOR, divisor))
    goal = Implies(assumed, equal(rms(u_hat), size))
    return Claim(
        id=f"{algorithm.name}-{what}",
        statement=says,
        formula=goal,
        source=algorithm.source,
        steps=(
            Step(
                "The divisor is the same for all elements: the root mean square lets it out.",
                _TAKEN_OUT,
                Homogeneous(),
            ),
            Step("The divisor is known.", decided, Decided(assumed, 1 / d)),
            Step("Put it in.", goal, Algebra((_CLIPPED, _TAKEN_OUT, decided.args[1]))),
        ),
        algorithm=algorithm,
    )


def _claims(algorithm: Algorithm) -> tuple[Claim, ...]:
    return (
        _clipping(
            algorithm,
            "small-updates-are-kept",
            "An update whose root mean square is at most d keeps it.",
            Le(_SIZE, d),
            Integer(1),
            _SIZE,
        ),
        _clipping(
            algorithm,
            "large-updates-are-clipped",
            "An update whose root mean square is d or more gets exactly the root mean square d.",
            Le(d, _SIZE),
            _SIZE / d,
            d,
        ),
    )


CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    algorithm.name: _claims(algorithm) for algorithm in (ADAFACTOR, ADAFACTOR_VECTOR)
}
