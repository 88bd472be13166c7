"""The rules by which a variable stays between bounds that its equation, with its cases, keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import sympy
from sympy import Dummy, Eq, Expr, Le, Max, Min, Piecewise
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.claim_algebra import is_nonnegative, rewritten, vanishes
from optimspec.spec.symbols import Variable

_Orders = list[list[dict[Expr, Expr]]]
_SIGNS: Final = (sympy.Integer(-1), sympy.Integer(0), sympy.Integer(1))


@dataclass(frozen=True, slots=True)
class Branches:
    """Inequalities that hold in every case, of which each is manifest.

    Parameters
    ----------
    relations
        Inequalities ``x <= y``, used in whatever order helps: a symbol on the right becomes the
        left side and a number that is not negative, else one on the left the right side less such
        a number. They are earlier ones or assumptions of the formula, or conclusions of earlier
        implications that assume no more.
    using
        Earlier equations, used before them.
    """

    relations: tuple[Le, ...]
    using: tuple[Boolean, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        parts = And.make_args(conclusion)
        known = _known(premise, given)
        if not all(isinstance(part, Le) for part in parts):
            return False
        if not {*self.relations, *self.using} <= known:
            return False
        defined = [{e.lhs: e.rhs} for e in self.using]
        orders = [list(order) for order in permutations(map(_written, self.relations))]
        return all(
            _below(rewritten(part.lhs, defined), rewritten(part.rhs, defined), orders)
            for part in parts
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """The larger of two numbers is the one that an assumption says.

    Parameters
    ----------
    by
        The assumption ``a <= b``, of the same order as the two numbers.
    factor
        The positive number by which ``b - a`` is the difference of the two.
    """

    by: Le
    factor: Expr

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        if not (isinstance(conclusion, Eq) and isinstance(conclusion.lhs, Max)):
            return False
        largest, others = conclusion.rhs, set(conclusion.lhs.args) - {conclusion.rhs}
        return (
            self.by in And.make_args(premise)
            and self.factor.is_positive is True
            and len(others) == 1
            and largest in conclusion.lhs.args
            and vanishes(largest - others.pop() - self.factor * (self.by.rhs - self.by.lhs))
        )


@dataclass(frozen=True, slots=True)
class BoundsInduction:
    """Bounds on a state variable hold at every step: at the start, and from step to step.

    The formula is an implication; it assumes the bounds of the start value, and of
    hyperparameters, which stay what they are.
    """

    algorithm: Algorithm
    variable: Variable

    def inductive(self, goal: Implies) -> Implies:
        """Return what has to hold of one step."""
        premise, conclusion = goal.args
        own = self.algorithm[self.variable].rhs
        before = conclusion.xreplace({self.variable: self.variable.prev})
        return Implies(And(premise, before), conclusion.xreplace({self.variable: own}))

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        start = next(s.start for s in self.algorithm.state if s.variable == self.variable)
        at_start = conclusion.xreplace({self.variable: start})
        return self.inductive(formula) in given and all(
            part == sympy.true or part in And.make_args(premise) for part in And.make_args(at_start)
        )


def _known(premise: Boolean, given: Iterable[Boolean]) -> set[Boolean]:
    assumed = set(And.make_args(premise))
    concluded = {
        part
        for rule in given
        if isinstance(rule, Implies) and assumed.issuperset(And.make_args(rule.args[0]))
        for part in And.make_args(rule.args[1])
    }
    return {*given, *assumed, *concluded}


def _written(relation: Le) -> dict[Expr, Expr]:
    apart = Dummy(nonnegative=True)
    low, high = relation.args
    return {high: low + apart} if high.is_Symbol else {low: high - apart}


def _below(low: Expr, high: Expr, orders: _Orders) -> bool:
    """Whether ``low <= high`` in every case; of several that are enough, one has to do."""
    for side, every, some in ((low, Max, Min), (high, Min, Max)):

        def holds(value: Expr, side: Expr = side) -> bool:
            return _below(value, high, orders) if side is low else _below(low, value, orders)

        if isinstance(side, Piecewise):
            return all(holds(value) for value, _ in side.args)
        if isinstance(side, (every, some)):
            return (all if isinstance(side, every) else any)(map(holds, side.args))
    for part in (high - low).atoms(sympy.sign):
        signs = ({part: sign} for sign in _SIGNS)
        return all(_below(low.xreplace(sign), high.xreplace(sign), orders) for sign in signs)
    return any(is_nonnegative(rewritten(high - low, order)) for order in orders)
