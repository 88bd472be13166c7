"""The rules of proofs about signs, cases and norms."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Dummy, Eq, Expr, Ne
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.claim import equal
from optimspec.spec.claim_algebra import named_positive, rewritten, vanishes
from optimspec.spec.homogeneous import taken_out


@dataclass(frozen=True, slots=True)
class Chosen:
    """Of an earlier equation with cases, the case that the assumptions choose."""

    of: Eq

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        true = dict.fromkeys(And.make_args(premise), sympy.true)
        return self.of in given and conclusion == equal(self.of.lhs, self.of.rhs.xreplace(true))


@dataclass(frozen=True, slots=True)
class Homogeneous:
    """An identity, once every factor is taken out of the sums, signs and angles that let it.

    Parameters
    ----------
    nonzero
        Subexpressions that the assumptions say are not zero.
    positive
        As in :class:`~optimspec.spec.claim_rules.Algebra`.
    """

    nonzero: tuple[Expr, ...] = ()
    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        known = set(given)
        if isinstance(formula, Implies):
            premise, formula = formula.args
            known |= set(And.make_args(premise))
        if not isinstance(formula, Eq) or not {Ne(part, 0) for part in self.nonzero} <= known:
            return False
        named = [(part, Dummy(real=True, nonzero=True)) for part in self.nonzero]
        names = [{part: name, -part: -name} for part, name in named]
        steps = [*named_positive(self.positive), *names]
        return vanishes(taken_out(rewritten(formula.lhs, steps) - rewritten(formula.rhs, steps)))
