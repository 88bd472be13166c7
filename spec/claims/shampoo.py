"""What Shampoo is for a parameter of one element."""

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Sum, sqrt

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.shampoo import PAPER, SHAMPOO, L, R
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.exact import of_one_element
from optimspec.spec.symbols import Variable, alpha, eps, g, index, t

OWN: Final = Source("optimspec", "derived from Algorithm 1 of Gupta et al.", PAPER.url)

NUMBER: Final = of_one_element(SHAMPOO)
"""Shampoo for a 1 x 1 matrix."""

_SUM: Final[Expr] = eps + Sum(G[index] ** 2, (index, 1, t))


def _closed(variable: Variable) -> Claim:
    goal = equal(variable, _SUM)
    return Claim(
        id=f"shampoo-{variable.name.lower()}-of-a-number",
        statement=f"For a 1 x 1 matrix {variable.name} is eps plus the sum of all squares.",
        formula=goal,
        source=OWN,
        steps=StateInduction(NUMBER, variable).proof(goal),
        algorithm=NUMBER,
    )


ROWS: Final = _closed(L)
COLUMNS: Final = _closed(R)

_STEP: Final = equal(Delta, alpha * g / sqrt(_SUM))

ADAGRAD: Final = Claim(
    id="shampoo-of-a-number-is-adagrad",
    statement="For a 1 x 1 matrix Shampoo is Adagrad with eps added under the root.",
    formula=_STEP,
    source=OWN,
    steps=(
        Step(
            "Two fourth roots of one sum are its square root.",
            _STEP,
            Algebra((*update_of(NUMBER), ROWS.formula, COLUMNS.formula)),
        ),
    ),
    algorithm=NUMBER,
    lemmas=(ROWS, COLUMNS),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {SHAMPOO.name: (ROWS, COLUMNS, ADAGRAD)}
