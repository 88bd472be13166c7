"""Changes that look for their place: what an edit has to say once for many algorithms."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sympy

from optimspec.spec.algorithm import Equation
from optimspec.spec.edit import Operation, substituted
from optimspec.spec.errors import EditDoesNotApply

rooted: Final = sympy.Symbol("rooted", real=True)
"""Whatever stands under a square root, for :class:`SubstituteRooted`."""

_ROOTS: Final = (sympy.Rational(1, 2), sympy.Rational(-1, 2))


@dataclass(frozen=True, slots=True)
class SubstituteRooted:
    """Put ``new`` for every ``old``, ``rooted`` being whatever stands under a square root.

    ``SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps))`` moves eps into every root that it
    is added to.
    """

    old: sympy.Expr
    new: sympy.Expr

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`~optimspec.spec.edit.Operation`."""
        changed = tuple(_rooted(equation, self.old, self.new) for equation in equations)
        if changed == equations:
            raise EditDoesNotApply(f"{self.old} does not occur in the equations to be edited.")
        return changed


@lru_cache(maxsize=8192)
def _rooted(equation: Equation, old: sympy.Expr, new: sympy.Expr) -> Equation:
    powers = equation.rhs.atoms(sympy.Pow)
    inside = {power.base for power in powers if power.exp in _ROOTS}
    for base in sorted(inside, key=sympy.default_sort_key):
        one, other = (part.xreplace({rooted: base}) for part in (old, new))
        equation = substituted(equation, one, other)
    return equation


@dataclass(frozen=True, slots=True)
class IfPossible:
    """Make a change where there is a place for it, and none where there is not."""

    operation: Operation

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`~optimspec.spec.edit.Operation`."""
        with suppress(EditDoesNotApply):
            return self.operation.apply(equations)
        return equations
