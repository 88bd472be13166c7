"""The rules by which inequalities, equivalences and limits may follow in a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Dummy, Eq, Expr
from sympy.logic.boolalg import Boolean, Equivalent

from optimspec.spec.claim import equal
from optimspec.spec.claim_algebra import is_nonnegative, named_positive, rewritten, vanishes
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.symbols import beta1, beta2, t


@dataclass(frozen=True, slots=True)
class NotNegative:
    """``0 <= expression``, where every term is a square, or positive by its symbols."""

    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        return (
            isinstance(formula, sympy.Le)
            and formula.lhs == 0
            and is_nonnegative(rewritten(formula.rhs, named_positive(self.positive)))
        )


@dataclass(frozen=True, slots=True)
class Combination:
    """An inequality is a combination of earlier ones, with multipliers that are not negative.

    Parameters
    ----------
    multipliers
        By which each earlier relation is multiplied; for an equation the sign is free.
    squared
        Whether the squares of both sides, which are not negative, are compared.
    using, positive
        As in :class:`Algebra`.
    """

    multipliers: Mapping[Boolean, Expr]
    squared: bool = False
    using: tuple[Boolean, ...] = ()
    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        if not isinstance(formula, sympy.Le) or not set(self.multipliers) <= set(given):
            return False
        sides = (formula.lhs, formula.rhs)
        if self.squared and not all(self._is_nonnegative(side) for side in sides):
            return False
        power = 2 if self.squared else 1
        rest = sides[1] ** power - sides[0] ** power
        for relation, multiplier in self.multipliers.items():
            rest -= multiplier * (relation.rhs - relation.lhs)
        return self._signs() and Algebra(self.using, self.positive).holds(equal(rest, 0), given)

    def _signs(self) -> bool:
        return all(
            isinstance(relation, Eq)
            or (isinstance(relation, sympy.Le) and self._is_nonnegative(multiplier))
            for relation, multiplier in self.multipliers.items()
        )

    def _is_nonnegative(self, expression: Expr) -> bool:
        return is_nonnegative(rewritten(expression, named_positive(self.positive)))


@dataclass(frozen=True, slots=True)
class SameZeros:
    """``p = q`` if and only if ``a = b``, as ``p - q`` is a power of ``a - b`` times a non-zero.

    Parameters
    ----------
    first, second
        The two equations.
    factor
        ``p - q = factor * (a - b)**power``; it is not zero.
    nonzero
        Subexpressions of ``factor`` that are not zero on the claim's domain.
    """

    first: Eq
    second: Eq
    factor: Expr
    power: int = 1
    using: tuple[Boolean, ...] = ()
    positive: tuple[Expr, ...] = ()
    nonzero: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        factor = rewritten(self.factor, named_positive(self.positive)).xreplace(
            {part: Dummy(real=True, nonzero=True) for part in self.nonzero}
        )
        identity = equal(
            self.first.lhs - self.first.rhs,
            self.factor * (self.second.lhs - self.second.rhs) ** self.power,
        )
        return (
            formula == Equivalent(self.first, self.second)
            and factor.is_nonzero is True
            and Algebra(self.using, self.positive).holds(identity, given)
        )


@dataclass(frozen=True, slots=True)
class PowersTendTo:
    """A limit for t -> oo, where t enters only through powers that tend to 0 or grow to oo.

    The formula is ``Implies(order, Eq(Limit(...), value))``, where ``order`` says on which side
    of 1 a fraction lies that is the base of a power; beta1 and beta2 lie below 1.

    Parameters
    ----------
    limits
        Each power ``base**t`` with its limit, 0 or oo; only one of them may be oo.
    positive
        As in :class:`Algebra`.
    """

    limits: Mapping[Expr, Expr]
    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        order, equation = formula.args
        if not all(self._tends(power, to, order) for power, to in self.limits.items()):
            return False
        grown = Dummy(positive=True)
        powers = {power: grown if to == sympy.oo else to for power, to in self.limits.items()}
        expression = equation.lhs.args[0].xreplace(powers)
        if t in expression.free_symbols:
            return False
        names = named_positive(self.positive)
        value = sympy.limit(rewritten(expression, names), grown, sympy.oo)
        claimed = rewritten(equation.rhs, names)
        return bool(value == claimed) or (
            claimed.is_finite is not False and vanishes(value - claimed)
        )

    @staticmethod
    def _tends(power: Expr, to: Expr, order: Boolean) -> bool:
        base, exponent = power.as_base_exp()
        over, under = sympy.fraction(base)
        below = base in (beta1, beta2) or order == sympy.Lt(over, under)
        return exponent == t and (below if to == 0 else order == sympy.Gt(over, under))
