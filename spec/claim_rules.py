"""The rules by which an equation may follow in a proof; each is decided by computing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import sympy
from sympy import Eq, Expr, Function, Indexed, Lambda, Symbol
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.claim import Counterexample, Sequence, equal
from optimspec.spec.claim_algebra import named_positive, peeled, rewritten, vanishes

mean: Final = Function("E")
"""The mean of a random variable."""


@dataclass(frozen=True, slots=True)
class Algebra:
    """An equation is an identity, once earlier equations are used.

    Parameters
    ----------
    using
        Earlier equations, in the order in which they are used, each read from left to right or
        turned round. In an implication they may be its assumptions, and the conclusions of
        earlier implications that assume no more.
    positive
        Subexpressions that are positive on the claim's domain.
    """

    using: tuple[Boolean, ...] = ()
    positive: tuple[Expr, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        known = set(given)
        if isinstance(formula, Implies):
            premise, formula = formula.args
            assumed = set(And.make_args(premise))
            known |= assumed | {
                rule.args[1]
                for rule in given
                if isinstance(rule, Implies) and assumed.issuperset(And.make_args(rule.args[0]))
            }
        known |= {equal(e.rhs, e.lhs) for e in known if isinstance(e, Eq)}
        if not isinstance(formula, Eq) or not set(self.using) <= known:
            return False
        rest = rewritten(formula.lhs - formula.rhs, [{e.lhs: e.rhs} for e in self.using])
        return vanishes(rest) or vanishes(rewritten(rest, named_positive(self.positive)))


@dataclass(frozen=True, slots=True)
class Peeling:
    """An equation is an identity, once the last terms of sums up to ``limit`` are taken out.

    Of products, the last factors; ``using`` is as in :class:`Algebra`.
    """

    limit: Symbol
    using: tuple[Boolean, ...] = ()

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        return Algebra(self.using).holds(
            equal(peeled(formula.lhs, self.limit), peeled(formula.rhs, self.limit)), given
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """A general formula, proved before, with expressions in place of its symbols and sequences."""

    of: Boolean
    symbols: Mapping[Symbol, Expr] = field(default_factory=dict)
    sequences: Mapping[Sequence, Lambda] = field(default_factory=dict)

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        if self.of not in given or formula.func != self.of.func:
            return False
        return all(
            vanishes(self._put(general) - special)
            for general, special in zip(self.of.args, formula.args, strict=True)
        )

    def _put(self, side: Expr) -> Expr:
        return side.xreplace(dict(self.symbols)).replace(
            lambda part: isinstance(part, Indexed) and part.base in self.sequences,
            lambda part: self.sequences[part.base](*part.indices),
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """The mean of an equation whose right side is linear in a power of the gradients.

    Parameters
    ----------
    of
        The earlier equation.
    gradients
        The sequence of gradients.
    power
        The power.
    moment
        Its mean, the same at every step.
    """

    of: Boolean
    gradients: Sequence
    power: int
    moment: Expr

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        x, y = Sequence("x", real=True), Sequence("y", real=True)
        both = self._with(lambda i: x[i] + y[i])
        linear = vanishes(both - self._with(lambda i: x[i]) - self._with(lambda i: y[i]))
        return (
            self.of in given
            and linear
            and not both.has(self.gradients)
            and formula.lhs == mean(self.of.lhs)
            and vanishes(formula.rhs - self._with(lambda _: self.moment))
        )

    def _with(self, value: Callable[[Expr], Expr]) -> Expr:
        return self.of.rhs.replace(
            lambda part: self._is_random(*part.as_base_exp()) if isinstance(part, Expr) else False,
            lambda part: value(part.as_base_exp()[0].indices[0]),
        )

    def _is_random(self, base: Expr, exponent: Expr) -> bool:
        return isinstance(base, Indexed) and base.base == self.gradients and exponent == self.power


@dataclass(frozen=True, slots=True)
class Computed:
    """A relation between numbers that running the algorithm on a counterexample makes true."""

    example: Counterexample

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:  # noqa: ARG002
        """See :class:`~optimspec.spec.claim.Rule`."""
        return bool(formula.subs(self.example.values) == sympy.true)
