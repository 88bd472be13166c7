"""Claims: statements about an algorithm, with proofs and refutations that check themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, Protocol

import sympy
from sympy import Eq, Expr, IndexedBase, Symbol
from sympy.logic.boolalg import Boolean
from sympy.printing.printer import Printer

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.errors import SpecError
from optimspec.spec.exact import advance
from optimspec.spec.symbols import Variable, g, t, theta
from optimspec.spec.typeset import latex

Outcome = Literal["proved", "refuted"]

Delta: Final = Variable("Delta")
"""The step that is taken: ``theta_{t-1} - theta_t``."""


class Sequence(IndexedBase):
    """A sequence of real numbers, written with its own indices and no step."""

    def _latex(self, printer: Printer) -> str:  # noqa: ARG002 - SymPy's protocol
        return str(self.label)


G: Final = Sequence("g", real=True)
"""The gradients, ``G[1]`` to ``G[t]``."""


class ProofFails(SpecError):  # noqa: N818 - the name says the mistake
    """A step of a proof does not follow, or its steps do not reach the claim."""


class Rule(Protocol):
    """Why a step of a proof holds."""

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """Whether ``formula`` follows from ``given``, decided by computing."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a proof: what is done, the formula it gives, and the rule that decides it."""

    text: str
    formula: Boolean
    because: Rule

    @property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return latex(self.formula)


@dataclass(frozen=True)
class Counterexample:
    """Gradients of a scalar parameter on which an algorithm breaks a claim, in exact numbers.

    Parameters
    ----------
    algorithm
        Its state must depend on the gradients alone.
    hyperparameters
        Every one of the algorithm's, as exact rationals.
    gradients
        One for each step.
    claimed
        What the claim says of ``|Delta|`` at the last step: its bound, or its value.
    """

    algorithm: Algorithm
    hyperparameters: Mapping[Symbol, sympy.Rational]
    gradients: tuple[sympy.Rational, ...]
    claimed: Expr

    @property
    def step(self) -> int:
        """The step at which the claim is broken: the last."""
        return len(self.gradients)

    @cached_property
    def values(self) -> dict[Expr, Expr]:
        """Every symbol's exact value at that step, ``Delta`` included; ``theta_prev`` is 0."""
        given = {**self.hyperparameters, theta.prev: sympy.Integer(0)}
        state = {s.variable: s.start.xreplace(given) for s in self.algorithm.state}
        now: dict[Expr, Expr] = {}
        for at, gradient in enumerate(self.gradients, 1):
            before = {variable.prev: state[variable] for variable in state}
            inputs = {**self.hyperparameters, **before, g: gradient, t: sympy.Integer(at)}
            now = advance(self.algorithm.equations[:-1], inputs)
            state = {variable: now[variable] for variable in state}
        now[theta.prev] = sympy.Integer(0)
        now[theta] = self.algorithm[theta].rhs.xreplace(now)
        return {**now, Delta: now[theta.prev] - now[theta]}

    @property
    def found(self) -> Expr:
        """The exact ``|Delta|`` at that step."""
        return abs(self.values[Delta])

    @property
    def claimed_value(self) -> Expr:
        """The number that the claim gives there."""
        return self.claimed.xreplace(self.values)


@dataclass(frozen=True)
class Claim:
    """A statement about an algorithm, proved or refuted.

    Parameters
    ----------
    id
        Lower-case words joined by hyphens.
    statement
        The statement, in one sentence.
    formula
        The statement as a formula, in the symbols of the algorithm's equations.
    source
        Who states it, and where.
    steps
        A proof ends with ``formula``; a refutation shows what its counterexamples do.
    algorithm
        Its equations, and the definition of ``Delta``, may be used in the steps.
    lemmas
        Claims that may be used in the steps.
    counterexamples
        If there are any, each of them must make ``formula`` false.
    """

    id: str
    statement: str
    formula: Boolean
    source: Source
    steps: tuple[Step, ...]
    algorithm: Algorithm | None = None
    lemmas: tuple[Claim, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()

    @property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return latex(self.formula)

    @cached_property
    def outcome(self) -> Outcome:
        """``"proved"`` or ``"refuted"``: what :meth:`verify` found, kept."""
        return self.verify()

    def verify(self) -> Outcome:
        """Check every lemma, step and counterexample; return ``"proved"`` or ``"refuted"``.

        Raises
        ------
        ProofFails
            At the first step that does not follow, or if the steps do not reach the claim.
        """
        given = definitions(self.algorithm) if self.algorithm else ()
        for lemma in self.lemmas:
            if lemma.outcome != "proved":
                raise ProofFails(f"{self.id} rests on {lemma.id}, which is refuted.")
            given = (*given, lemma.formula)
        for number, step in enumerate(self.steps, 1):
            if not step.because.holds(step.formula, given):
                raise ProofFails(f"Step {number} of {self.id} does not follow: {step.text}")
            given = (*given, step.formula)
        return self._conclusion()

    def _conclusion(self) -> Outcome:
        if self.counterexamples:
            for number, example in enumerate(self.counterexamples, 1):
                if self.formula.subs(example.values) != sympy.false:
                    raise ProofFails(f"Counterexample {number} does not break {self.id}.")
            return "refuted"
        if not self.steps or self.steps[-1].formula != self.formula:
            raise ProofFails(f"The last step of a proof must be the claim; in {self.id} it is not.")
        return "proved"

    def with_step(self, number: int, formula: Boolean) -> Claim:
        """Return this claim with another formula in step ``number``, counted from 1."""
        steps = list(self.steps)
        steps[number - 1] = replace(steps[number - 1], formula=formula)
        return replace(self, steps=tuple(steps))


def equal(lhs: Expr, rhs: Expr) -> Eq:
    """``lhs = rhs``, kept as it is written."""
    return Eq(lhs, rhs, evaluate=False)


def definitions(algorithm: Algorithm) -> tuple[Boolean, ...]:
    """Return the algorithm's equations, preceded by the definition of ``Delta``."""
    own = (equal(e.lhs, e.rhs) for e in algorithm.equations)
    return (equal(Delta, theta.prev - theta), *own)


def update_of(algorithm: Algorithm) -> tuple[Boolean, ...]:
    """Return the definitions that write ``Delta`` in terms of the state, in order of use."""
    kept = {s.variable for s in algorithm.state}
    written = [d for d in definitions(algorithm) if d.lhs not in kept]
    return (written[0], *reversed(written[1:]))
