"""Claims of general use: the geometric sum, Lagrange's identity and Cauchy and Schwarz's bound."""

from typing import Final

from sympy import Integer, Le, Sum, Symbol

from optimspec.spec.algorithm import Source
from optimspec.spec.claim import Claim, Sequence, Step, equal
from optimspec.spec.claim_induction import SumInduction
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.symbols import index, t

ratio: Final = Symbol("r", nonnegative=True)
n: Final = Symbol("n", integer=True, positive=True)
j: Final = Symbol("j", integer=True, positive=True)
a: Final = Sequence("a", real=True)
b: Final = Sequence("b", real=True)

_GEOMETRIC_SUM = equal(Sum(ratio ** (t - index), (index, 1, t)), (1 - ratio**t) / (1 - ratio))

GEOMETRIC: Final = Claim(
    id="geometric-sum",
    statement="The weights r^(t-i) of t steps add up to (1 - r^t) / (1 - r), for any r but 1.",
    formula=_GEOMETRIC_SUM,
    source=Source(
        "Geometric series", "finite sum", "https://en.wikipedia.org/wiki/Geometric_series"
    ),
    steps=SumInduction(t, ratio).proof(_GEOMETRIC_SUM),
)

_XX = Sum(a[index] ** 2, (index, 1, n))
_YY = Sum(b[index] ** 2, (index, 1, n))
_XY = Sum(a[index] * b[index], (index, 1, n))
_SQUARES = Sum(Sum((a[index] * b[j] - a[j] * b[index]) ** 2, (index, 1, j - 1)), (j, 1, n))
_LAGRANGE = equal(_XX * _YY - _XY**2, _SQUARES)

LAGRANGE: Final = Claim(
    id="lagrange-identity",
    statement="What a product of two sums of squares exceeds the square of the mixed sum by is "
    "itself a sum of squares.",
    formula=_LAGRANGE,
    source=Source(
        "Lagrange's identity",
        "for real numbers",
        "https://en.wikipedia.org/wiki/Lagrange%27s_identity",
    ),
    steps=SumInduction(n, Integer(1)).proof(_LAGRANGE),
)

_NOT_NEGATIVE = Le(0, _SQUARES, evaluate=False)
_CAUCHY_SCHWARZ = Le(_XY**2, _XX * _YY, evaluate=False)

CAUCHY_SCHWARZ: Final = Claim(
    id="cauchy-schwarz",
    statement="The square of a mixed sum is at most the product of the two sums of squares.",
    formula=_CAUCHY_SCHWARZ,
    source=Source(
        "Cauchy-Schwarz inequality",
        "for real numbers",
        "https://en.wikipedia.org/wiki/Cauchy%E2%80%93Schwarz_inequality",
    ),
    steps=(
        Step("A sum of squares is not negative.", _NOT_NEGATIVE, NotNegative()),
        Step(
            "By Lagrange's identity that sum is the right side less the left.",
            _CAUCHY_SCHWARZ,
            Combination({_NOT_NEGATIVE: Integer(1), _LAGRANGE: Integer(-1)}),
        ),
    ),
    lemmas=(LAGRANGE,),
)
