"""What Muon's five steps make of singular values."""

from collections.abc import Mapping
from typing import Final

from sympy import And, Expr, Implies, Integer, Le, Lt, Rational
from sympy.logic.boolalg import Boolean

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.muon import MUON, POST, fifth, first, third, x
from optimspec.spec.claim import Claim, Sequence, Step, equal
from optimspec.spec.claim_spectrum import V_T, Evaluated, OnInterval, S, Spectral, U

CODE: Final = Source(
    "Jordan, muon.py", "zeropower_via_newtonschulz5", "https://github.com/KellerJordan/Muon"
)
OWN: Final = Source("optimspec", "derived from the coefficients", POST.url)


def _quintic(value: Expr) -> Expr:
    return first * value + third * value**3 + fifth * value**5


_DECOMPOSED: Final = equal(x[0], U * S * V_T)
_SPECTRUM: Final = Implies(_DECOMPOSED, equal(x[1], U * _quintic(S) * V_T))

SPECTRUM: Final = Claim(
    id="muon-step-acts-on-singular-values",
    statement="A Newton-Schulz step leaves the singular vectors of a matrix as they are and turns "
    "every singular value s into a s + b s^3 + c s^5.",
    formula=_SPECTRUM,
    source=POST,
    steps=(
        Step(
            "Put the decomposition into the step; neighbours that are orthonormal cancel.",
            _SPECTRUM,
            Spectral(equal(x[1], MUON[x[1]].rhs)),
        ),
    ),
    algorithm=MUON,
)

value: Final = Sequence("s", real=True)
"""A singular value: ``value[k]`` after k steps."""

_SETTINGS: Final = tuple(
    equal(h.symbol, h.value) for h in MUON.hyperparameters if h.symbol in (first, third, fifth)
)
_STEPS: Final = tuple(equal(value[k], _quintic(value[k - 1])) for k in range(1, 6))
_RUN: Final = (*_SETTINGS, *_STEPS)
_LEAST: Final = tuple(map(Rational, ("0.002", "0.0068", "0.023", "0.079", "0.269", "0.68")))
_MOST: Final = Rational("1.21")
_START: Final = And(*_RUN, Le(_LEAST[0], value[0]), Le(value[0], Integer(1)))


def _after(k: int, *, within: tuple[Expr, Expr]) -> Boolean:
    low, high = within
    return Implies(_START, And(Le(low, value[k]), Le(value[k], high)))


FIVE_STEPS: Final = Claim(
    id="muon-five-steps",
    statement="A singular value of at least 1/500 of the norm is between 0.68 and 1.21 after five "
    "steps.",
    formula=_after(5, within=(_LEAST[5], _MOST)),
    source=OWN,
    steps=tuple(
        Step(
            f"After step {k} it is between {float(_LEAST[k])} and {float(_MOST)}: on the interval "
            "before, the polynomial reaches neither.",
            _after(k, within=(_LEAST[k], _MOST)),
            OnInterval(_STEPS[k - 1], value[k - 1]),
        )
        for k in range(1, 6)
    ),
)

_OUTSIDE: Final = Implies(
    And(*_RUN, equal(value[0], Rational(4, 7))), Lt(value[5], Rational(7, 10), evaluate=False)
)

BELOW_RANGE: Final = Claim(
    id="muon-range-of-the-post-is-left",
    statement="The range from 0.7 to 1.3, for which the post says that the coefficients were "
    "sought, is not kept: 4/7 of the norm ends at 0.684.",
    formula=_OUTSIDE,
    source=Source(POST.work, "the tuning of the coefficients", POST.url),
    steps=(Step("Take five steps from 4/7.", _OUTSIDE, Evaluated(_STEPS)),),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {MUON.name: (SPECTRUM, FIVE_STEPS, BELOW_RANGE)}
