"""The rules about singular values: what a polynomial in a matrix makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sympy
from sympy import Eq, Expr, Indexed, Le, Lt, Mul, Poly, Rational, Symbol
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.operations import matmul, transpose

U: Final = Symbol("U", commutative=False)
S: Final = Symbol("S", commutative=False)
V: Final = Symbol("V", commutative=False)
"""The singular vectors of a matrix, as columns, and the diagonal matrix of its singular values."""

U_T: Final = Symbol("U^T", commutative=False)
V_T: Final = Symbol("V^T", commutative=False)

_TRANSPOSES: Final = {U: U_T, U_T: U, V: V_T, V_T: V, S: S}
_NEIGHBOURS: Final = frozenset({(U_T, U), (V_T, V)})
"""What is the identity, because singular vectors are orthonormal."""


@dataclass(frozen=True, slots=True)
class Spectral:
    """An equation between matrices, decided on what is written by singular vectors and values.

    Parameters
    ----------
    of
        An earlier equation of the algorithm, in matrix products and transposes; the formula is an
        implication that assumes what its matrix is made of.
    """

    of: Eq

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        if self.of not in given or not isinstance(conclusion, Eq):
            return False
        made = _product(self.of.rhs, {premise.lhs: premise.rhs})
        rest = sympy.expand(made - conclusion.rhs)
        return conclusion.lhs == self.of.lhs and sympy.expand(_reduced(rest)) == 0


def _product(expression: Expr, written: dict[Expr, Expr]) -> Expr:
    """The expression in products that do not commute."""
    if isinstance(expression, matmul):
        return Mul(*(_product(x, written) for x in expression.args))
    if isinstance(expression, transpose):
        return _transposed(_product(expression.args[0], written))
    if expression in written:
        return written[expression]
    if expression.args:
        return expression.func(*(_product(x, written) for x in expression.args))
    return expression


def _transposed(expression: Expr) -> Expr:
    terms = sympy.Add.make_args(sympy.expand(expression))
    parts = (term.args_cnc() for term in terms)
    return sympy.Add(
        *(Mul(*scalars, *(_TRANSPOSES[x] for x in _letters(word)[::-1])) for scalars, word in parts)
    )


def _letters(word: Iterable[Expr]) -> list[Expr]:
    """The factors of a word, powers written out."""
    pairs = (factor.as_base_exp() for factor in word)
    return [base for base, power in pairs for _ in range(int(power))]


def _reduced(expression: Expr) -> Expr:
    """The sum with what is the identity taken out of every word."""
    reduced = []
    for term in sympy.Add.make_args(expression):
        scalars, word = term.args_cnc()
        kept: list[Expr] = []
        for letter in _letters(word):
            if kept and (kept[-1], letter) in _NEIGHBOURS:
                kept.pop()
            else:
                kept.append(letter)
        reduced.append(Mul(*scalars, *kept))
    return sympy.Add(*reduced)


@dataclass(frozen=True, slots=True)
class OnInterval:
    """Bounds on a polynomial on an interval: it has no root at a bound, and lies within at a point.

    The formula is an implication. Its assumptions, and what earlier implications conclude from no
    more, give the interval of ``before`` and the values of all other symbols.

    Parameters
    ----------
    of
        An equation that is assumed: the variable by its value before.
    before
        That value.
    """

    of: Eq
    before: Expr

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        known = _facts(premise, given)
        ends = [_end(known, self.before, upper=upper) for upper in (False, True)]
        parts = And.make_args(conclusion)
        if self.of not in known or None in ends or not all(isinstance(p, Le) for p in parts):
            return False
        polynomial = self.of.rhs.xreplace(_numbers(known))
        return all(self._is_within(polynomial, part, *ends) for part in parts)

    def _is_within(self, polynomial: Expr, part: Le, low: Rational, high: Rational) -> bool:
        """Whether one inequality holds between the ends."""
        smaller, larger = (side.xreplace({self.of.lhs: polynomial}) for side in part.args)
        room = larger - smaller
        if room.atoms(Symbol, Indexed) - self.before.atoms(Symbol, Indexed):
            return False
        on = Poly(room, self.before)
        return bool(on.eval((low + high) / 2) > 0) and on.count_roots(low, high) == 0


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An inequality between numbers, once equations that are assumed are put in.

    ``using`` has those that are no numbers themselves, in the order of use.
    """

    using: tuple[Eq, ...]

    def holds(self, formula: Boolean, given: tuple[Boolean, ...]) -> bool:
        """See :class:`~optimspec.spec.claim.Rule`."""
        premise, conclusion = formula.args
        known = _facts(premise, given)
        if not set(self.using) <= known or not isinstance(conclusion, (Le, Lt)):
            return False
        values = _numbers(known)
        for equation in self.using:
            values[equation.lhs] = equation.rhs.xreplace(values)
        return bool(conclusion.xreplace(values) == sympy.true)


def _facts(premise: Boolean, given: Iterable[Boolean]) -> set[Boolean]:
    assumed = set(And.make_args(premise))
    return assumed | {
        part
        for rule in given
        if isinstance(rule, Implies) and assumed.issuperset(And.make_args(rule.args[0]))
        for part in And.make_args(rule.args[1])
    }


def _numbers(facts: Iterable[Boolean]) -> dict[Expr, Expr]:
    """The values of what is known to be a number."""
    return {f.lhs: f.rhs for f in facts if isinstance(f, Eq) and f.rhs.is_Rational}


def _end(facts: Iterable[Boolean], of: Expr, *, upper: bool) -> Rational | None:
    """The number that ``of`` is at most, or at least."""
    own, other = (0, 1) if upper else (1, 0)
    found = (f.args[other] for f in facts if isinstance(f, Le) and f.args[own] == of)
    return next((x for x in found if x.is_Rational), None)
