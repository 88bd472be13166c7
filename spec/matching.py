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
from optimspec.spec.operations import quotient

rooted: Final = sympy.Symbol("rooted", real=True)
"""Whatever stands under a square root, for :class:`SubstituteRooted`."""

correction: Final = sympy.Symbol("correction", positive=True)
"""What the equation for :data:`rooted` divides by: the bias correction of a second moment."""

_Corrected = tuple[sympy.Symbol, sympy.Expr]
"""A variable, and what its equation divides by."""

_ROOTS: Final = (sympy.Rational(1, 2), sympy.Rational(-1, 2))


@dataclass(frozen=True, slots=True)
class SubstituteRooted:
    """Put ``new`` for every ``old``, ``rooted`` being whatever stands under a square root.

    ``SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps))`` moves eps into every root that it
    is added to. With ``correction`` in ``new``, only corrected moments are looked for.
    """

    old: sympy.Expr
    new: sympy.Expr

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`~optimspec.spec.edit.Operation`."""
        corrected = {e.lhs: quotient(e.rhs)[1] for e in equations}
        known = [(base, by) for base, by in corrected.items() if by != 1]
        changed = tuple(_rooted(e, self.old, self.new, tuple(known)) for e in equations)
        if changed == equations:
            raise EditDoesNotApply(self.old, "the equations to be edited")
        return changed


@lru_cache(maxsize=8192)
def _rooted(
    equation: Equation, old: sympy.Expr, new: sympy.Expr, corrected: tuple[_Corrected, ...]
) -> Equation:
    powers = equation.rhs.atoms(sympy.Pow)
    inside = {power.base for power in powers if power.exp in _ROOTS}
    corrections = dict(corrected)
    if correction in new.free_symbols:
        inside &= corrections.keys()
    for base in sorted(inside, key=sympy.default_sort_key):
        place = {rooted: base, correction: corrections.get(base, sympy.S.One)}
        equation = substituted(equation, old.xreplace(place), new.xreplace(place))
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
