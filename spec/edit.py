"""Edits: the changes to equations that make variants, known bugs and options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import sympy

from optimspec.spec.algorithm import Algorithm, Equation, State
from optimspec.spec.entry import Entry
from optimspec.spec.errors import EditDoesNotApply, MalformedAlgorithm, SpecError
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import Variable


class Operation(Protocol):
    """One change to the equations of an algorithm."""

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """Return the changed equations; raise EditDoesNotApply if nothing matches."""
        ...


def _position(equations: tuple[Equation, ...], lhs: Variable) -> int:
    for position, equation in enumerate(equations):
        if equation.lhs == lhs:
            return position
    raise EditDoesNotApply(lhs, "the left-hand sides of the equations to be edited")


@lru_cache(maxsize=8192)
def substituted(equation: Equation, old: sympy.Expr, new: sympy.Expr) -> Equation:
    """``equation`` with ``new`` for every ``old`` on its right side."""
    try:
        return replace(equation, rhs=equation.rhs.xreplace({old: new}))
    except ValueError as error:  # SymPy's Max and Min refuse what has no real value
        raise MalformedAlgorithm(
            f"Every equation must have a value: the one for {equation.lhs} has none with {new} for "
            f"{old}. Divide by nothing that is always zero."
        ) from error


@dataclass(frozen=True, slots=True)
class Replace:
    """Give ``lhs`` another right-hand side."""

    lhs: Variable
    rhs: sympy.Expr

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`Operation`."""
        at = _position(equations, self.lhs)
        changed = replace(equations[at], rhs=self.rhs)
        return (*equations[:at], changed, *equations[at + 1 :])


@dataclass(frozen=True, slots=True)
class Insert:
    """Add an equation before the one that defines ``before``, or before all."""

    equation: Equation
    before: Variable | None = None

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`Operation`."""
        at = 0 if self.before is None else _position(equations, self.before)
        return (*equations[:at], self.equation, *equations[at:])


@dataclass(frozen=True, slots=True)
class Substitute:
    """Put ``new`` for every occurrence of the subexpression ``old``.

    ``within`` names the equations to look in; all of them if it is empty.
    """

    old: sympy.Expr
    new: sympy.Expr
    within: tuple[Variable, ...] = ()

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`Operation`."""
        changed = tuple(
            substituted(e, self.old, self.new) if not self.within or e.lhs in self.within else e
            for e in equations
        )
        if changed == equations:
            raise EditDoesNotApply(self.old, "the equations to be edited")
        return changed


def everywhere(algorithm: Algorithm) -> bool:  # noqa: ARG001
    """The rule of an edit that makes sense wherever its operations apply."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Entry):
    """A documented change to an algorithm's equations.

    Parameters
    ----------
    operations
        The changes, made in order.
    hyperparameters, state
        Scalars and state variables it adds; one that the algorithm keeps already gets another
        start value.
    option
        The argument by which libraries offer it, or "".
    only, where
        Names of the algorithms it makes sense for, and whether it does by an algorithm's
        equations, where its operations would apply to others.
    """

    operations: tuple[Operation, ...]
    hyperparameters: tuple[Hyperparameter, ...] = ()
    state: tuple[State, ...] = ()
    option: str = ""
    only: frozenset[str] = frozenset()
    where: Callable[[Algorithm], bool] = everywhere

    def apply(self, algorithm: Algorithm) -> Algorithm:
        """Return ``algorithm`` with this edit made and noted in its ``edits``.

        Raises
        ------
        EditDoesNotApply
            If an operation finds nothing to change, or the algorithm is not one it makes sense for.
        """
        if (self.only and algorithm.name not in self.only) or not self.where(algorithm):
            raise EditDoesNotApply(self.id, f"the edits that make sense for {algorithm.title}")
        equations = algorithm.equations
        for operation in self.operations:
            equations = operation.apply(equations)
        bound = algorithm.step_bound
        own = {h.symbol for h in algorithm.hyperparameters}
        return replace(
            algorithm,
            equations=equations,
            hyperparameters=algorithm.hyperparameters
            + tuple(h for h in self.hyperparameters if h.symbol not in own),
            state=tuple(_states(algorithm.state, self.state)),
            step_bound=bound if bound is not None and self.id in bound.survives else None,
            edits=(*algorithm.edits, self),
        )

    def applies_to(self, algorithm: Algorithm) -> bool:
        """Whether it changes anything in ``algorithm``."""
        try:
            self.apply(algorithm)
        except SpecError:
            return False
        return True


def _states(kept: tuple[State, ...], given: tuple[State, ...]) -> Iterator[State]:
    """The state variables that are kept, with the start values that are given, and the others."""
    starts = {s.variable: s.start for s in given}
    yield from (replace(s, start=starts.get(s.variable, s.start)) for s in kept)
    own = {s.variable for s in kept}
    yield from (s for s in given if s.variable not in own)


def _starts(one: Algorithm, other: Algorithm) -> Iterator[Equation]:
    """The start values of ``one`` that are others in ``other``, as equations."""
    theirs = {s.variable: s.start for s in other.state}
    for kept in one.state:
        if theirs.get(kept.variable, kept.start) != kept.start:
            yield Equation(sympy.Symbol(f"{kept.variable.name}_0"), kept.start, "start value")


def changes(
    before: Algorithm, after: Algorithm
) -> Mapping[Variable, tuple[Equation | None, Equation | None]]:
    """The equations in which two algorithms differ: variable -> (before, after).

    An equation that only one of them has is paired with None. Start values that differ are
    equations for ``v_0``.
    """
    old = {e.lhs: e for e in (*_starts(before, after), *before.equations)}
    new = {e.lhs: e for e in (*_starts(after, before), *after.equations)}
    return {
        lhs: (old.get(lhs), new.get(lhs))
        for lhs in [*new, *(lhs for lhs in old if lhs not in new)]
        if lhs not in old or lhs not in new or old[lhs].rhs != new[lhs].rhs
    }
