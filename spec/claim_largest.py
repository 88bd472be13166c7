"""The largest of finitely many numbers, and how sums of absolute values are bounded by it."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Abs, Eq, Expr, Le, Max, Sum, Symbol, Tuple
from sympy.logic.boolalg import Boolean
from sympy.printing.printer import Printer

from optimspec.spec.claim_algebra import is_nonnegative, named_positive, rewritten, vanishes


class Largest(Expr):
    """The largest of ``function`` for ``index`` from ``first`` to ``last``; 0 if there is none.

    No value may be negative.
    """

    is_real = True
    is_nonnegative = True
    is_commutative = True

    def __new__(cls, function: Expr, limits: tuple[Symbol, Expr, Expr]) -> Expr:
        """Return 0 for an empty range, and the value itself where all are the same."""
        index, first, last = limits
        if last == first - 1:
            return sympy.Integer(0)
        if index not in function.free_symbols and (last - first).is_nonnegative:
            return function
        return super().__new__(cls, function, Tuple(*limits))

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols but the index."""
        index, first, last = self.args[1]
        inside = self.args[0].free_symbols - {index}
        return set(inside | first.free_symbols | last.free_symbols)

    def _latex(self, printer: Printer) -> str:
        index, first, last = map(printer.doprint, self.args[1])
        return rf"\max_{{{first} \le {index} \le {last}}} {printer.doprint(self.args[0])}"


@dataclass(frozen=True, slots=True)
class LargestPeeling:
    """Both sides are the largest of the same, once the last of ranges to ``limit`` is taken out."""

    limit: Symbol

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        return isinstance(formula, Eq) and self._parts(formula.lhs) == self._parts(formula.rhs)

    def _parts(self, side: Expr) -> frozenset[Expr]:
        """What ``side`` is the largest of."""
        if isinstance(side, Max):
            return frozenset().union(*map(self._parts, side.args))
        factor, largest = side.as_independent(Largest, as_Add=False)
        if not (isinstance(largest, Largest) and factor.is_nonnegative):
            return frozenset({side})
        function, (index, first, last) = sympy.powsimp(factor * largest.args[0]), largest.args[1]
        if last != self.limit:
            return frozenset({Largest(function, (index, first, last))})
        before = Largest(function, (index, first, last - 1))
        return frozenset({before, function.subs(index, last)})


@dataclass(frozen=True, slots=True)
class Larger:
    """``x <= y``, where ``y`` is the larger of ``x`` and something else.

    Parameters
    ----------
    using
        Earlier equations that write ``y`` so.
    """

    using: tuple[Boolean, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        if not isinstance(formula, Le) or not set(self.using) <= set(given):
            return False
        larger = rewritten(formula.rhs, [{e.lhs: e.rhs} for e in self.using])
        return isinstance(larger, Max) and formula.lhs in larger.args


@dataclass(frozen=True, slots=True)
class Triangle:
    """``|sum of terms| <= sum of their absolute values``."""

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        if not (isinstance(formula, Le) and isinstance(formula.lhs, Abs)):
            return False
        inside, outside = formula.lhs.args[0], formula.rhs
        return (
            isinstance(inside, Sum)
            and isinstance(outside, Sum)
            and inside.limits == outside.limits
            and vanishes(Abs(inside.function) - outside.function)
        )


@dataclass(frozen=True, slots=True)
class Weighted:
    """``sum of w_i f_i <= largest f_i * sum of w_i`` for weights that are not negative.

    Parameters
    ----------
    weights
        The sum of the weights; the formula's other parts must have the same range.
    largest
        The largest value.
    positive
        Subexpressions that are positive on the claim's domain.
    """

    weights: Sum
    largest: Largest
    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        terms = self.largest.args[0] * self.weights.function
        return (
            isinstance(formula, Le)
            and isinstance(formula.lhs, Sum)
            and formula.rhs == self.largest * self.weights
            and formula.lhs.limits == self.weights.limits == (self.largest.args[1],)
            and is_nonnegative(rewritten(self.weights.function, named_positive(self.positive)))
            and vanishes(formula.lhs.function - terms)
        )
