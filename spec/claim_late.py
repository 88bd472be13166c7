"""The rules about what an algorithm did before: one step, or from some step on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Eq, Expr, Symbol
from sympy.logic.boolalg import Boolean, Implies

from optimspec.spec.claim import Step, equal
from optimspec.spec.claim_rules import Algebra, Peeling
from optimspec.spec.symbols import Variable, t


@dataclass(frozen=True, slots=True)
class OneStepBefore:
    """An earlier equation, of a variable that depends on ``t`` alone, at the step before.

    ``at`` says at which step, if not at step t.
    """

    of: Eq
    at: Mapping[Symbol, Expr]

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        before = self.of.rhs.xreplace({t: t - 1}).subs(dict(self.at))
        depends = any(isinstance(s, Variable) for s in self.of.rhs.free_symbols)
        return self.of in given and not depends and formula == equal(self.of.lhs.prev, before)


@dataclass(frozen=True, slots=True)
class FirstThenRest:
    """A variable's closed form for all n from 1 on: at 1, and from n - 1 to n.

    Parameters
    ----------
    recurrence
        An earlier implication: what the variable is, from its value before and ``on``. What it
        assumes, the formula assumes too.
    on
        The positive integer n.
    """

    recurrence: Implies
    on: Symbol

    def base(self, goal: Implies) -> Eq:
        """Return the goal at 1, its left side made from any value before."""
        value = self.recurrence.args[1].rhs
        return equal(value.subs(self.on, 1), goal.args[1].rhs.subs(self.on, 1).doit())

    def inductive(self, goal: Implies) -> Eq:
        """Return the goal at n, its left side made from the goal at n - 1."""
        variable, closed = goal.args[1].args
        before = {variable.prev: closed.subs(self.on, self.on - 1)}
        return equal(self.recurrence.args[1].rhs.xreplace(before), closed)

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        return (
            isinstance(formula, Implies)
            and formula.args[0] == self.recurrence.args[0]
            and formula.args[1].lhs == self.recurrence.args[1].lhs
            and {self.recurrence, self.base(formula), self.inductive(formula)} <= set(given)
        )

    def proof(self, goal: Implies) -> tuple[Step, Step, Step]:
        """Return the three steps of the induction."""
        return (
            Step(
                f"For {self.on} = 1 the value before does not count.",
                self.base(goal),
                Algebra(),
            ),
            Step(
                f"Put the claim for {self.on}-1 into the recurrence and take the last term out of "
                "the sum.",
                self.inductive(goal),
                Peeling(self.on),
            ),
            Step(f"By induction on {self.on} the claim holds for all.", goal, self),
        )
