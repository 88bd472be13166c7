"""Proofs by induction, for state variables of an algorithm and for finite sums."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Eq, Expr, Symbol
from sympy.logic.boolalg import Boolean

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.claim import G, Step, equal
from optimspec.spec.claim_rules import Algebra, Peeling
from optimspec.spec.symbols import Variable, g, t


@dataclass(frozen=True, slots=True)
class StateInduction:
    """``state variable = closed form`` holds for every t: at 0, and from t - 1 to t."""

    algorithm: Algorithm
    variable: Variable

    def base(self, goal: Eq) -> Eq:
        """Return the goal at step 0, where the variable has its start value."""
        start = next(s.start for s in self.algorithm.state if s.variable == self.variable)
        return equal(start, goal.rhs.subs(t, 0))

    def inductive(self, goal: Eq) -> Eq:
        """Return the goal at step t, its left side made from the goal at step t - 1."""
        before = {self.variable.prev: goal.rhs.subs(t, t - 1), g: G[t]}
        return equal(self.algorithm[self.variable].rhs.xreplace(before), goal.rhs)

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        return formula.lhs == self.variable and (
            {self.base(formula), self.inductive(formula)} <= set(given)
        )

    def proof(self, goal: Eq) -> tuple[Step, Step, Step]:
        """Return the three steps of the induction."""
        return (
            Step("At step 0 the sum is empty.", self.base(goal), Algebra()),
            Step(
                "Put the claim at step t-1 into the recurrence and take the last term out of "
                "the sum.",
                self.inductive(goal),
                Peeling(t),
            ),
            Step("By induction on t the claim holds at every step.", goal, self),
        )


@dataclass(frozen=True, slots=True)
class SumInduction:
    """P(n) holds for every n: at 0, and P(n) less ``multiplier`` times P(n-1) is an identity."""

    on: Symbol
    multiplier: Expr

    def base(self, goal: Eq) -> Eq:
        """Return the goal at 0."""
        return equal(goal.lhs.subs(self.on, 0), goal.rhs.subs(self.on, 0))

    def inductive(self, goal: Eq) -> Eq:
        """Return what both sides gain from n - 1 to n."""
        return equal(self._gain(goal.lhs), self._gain(goal.rhs))

    def _gain(self, side: Expr) -> Expr:
        return side - self.multiplier * side.subs(self.on, self.on - 1)

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        return {self.base(formula), self.inductive(formula)} <= set(given)

    def proof(self, goal: Eq) -> tuple[Step, Step, Step]:
        """Return the three steps of the induction."""
        before = f"{self.on}-1"
        gain = (
            f"From {before} to {self.on} both sides gain the same"
            if self.multiplier == 1
            else f"Less {self.multiplier} times themselves at {before}, both sides are the same"
        )
        return (
            Step(f"For {self.on} = 0 both sides are zero.", self.base(goal), Algebra()),
            Step(
                f"{gain}: take the last terms out of the sums.",
                self.inductive(goal),
                Peeling(self.on),
            ),
            Step(f"By induction on {self.on} the claim holds for all.", goal, self),
        )
