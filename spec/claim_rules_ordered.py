"""The rule by which an inequality follows from where its symbols lie."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Dummy, Expr
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.claim_algebra import is_nonnegative, rewritten


@dataclass(frozen=True, slots=True)
class Ordered:
    """An inequality that is manifest once each symbol is written by what it is above or below.

    Parameters
    ----------
    relations
        Inequalities ``x > a`` or ``x < a``, equality allowed or not, used in this order: ``x``,
        a symbol, becomes ``a`` and a number that is positive, or not negative. They are earlier
        ones, or assumptions of the formula.
    using
        Earlier equations, used before them.
    """

    relations: tuple[Boolean, ...]
    using: tuple[Boolean, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = (
            formula.args if isinstance(formula, Implies) else (sympy.true, formula)
        )
        known = {*given, *And.make_args(premise)}
        if not isinstance(conclusion, sympy.Le) or not {*self.relations, *self.using} <= known:
            return False
        defined = [{e.lhs: e.rhs} for e in self.using]
        written = [_written(relation) for relation in self.relations]
        return is_nonnegative(rewritten(conclusion.rhs - conclusion.lhs, [*defined, *written]))


def _written(relation: Boolean) -> dict[Expr, Expr]:
    """A symbol of an inequality by the other side."""
    strict = isinstance(relation, (sympy.StrictLessThan, sympy.StrictGreaterThan))
    apart = Dummy(positive=True) if strict else Dummy(nonnegative=True)
    if relation.gts.is_Symbol:
        return {relation.gts: relation.lts + apart}
    return {relation.lts: relation.gts - apart}
