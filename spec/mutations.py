"""Systematic mutations: every small slip that one could make in writing an equation down.

They are edits like those of the catalogue. Nobody has to have made them; the suite must notice
them all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

import sympy

from optimspec.spec.algorithm import Algorithm, Equation
from optimspec.spec.edit import Edit, Replace
from optimspec.spec.entry import Category, Kind
from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.plaintext import equation_text, expression_text
from optimspec.spec.symbols import t
from optimspec.spec.typeset import factor_rank, term_rank

_HALF: Final = sympy.Rational(1, 2)
_OTHER_EXPONENTS: Final = {
    sympy.Integer(2): (sympy.Integer(1), sympy.Integer(3)),
    _HALF: (sympy.Integer(1),),
    -_HALF: (sympy.Integer(-1),),
    sympy.Integer(-1): (sympy.Integer(1),),
}
"""What a numeric exponent is mistaken for; any other exponent is left out."""


class _Place(NamedTuple):
    """A subexpression, and the function that gives the whole with another in its place."""

    at: sympy.Expr
    put: Callable[[sympy.Expr], sympy.Expr]


class _Mutant(NamedTuple):
    """A kind of mutation, what it does in words, and the right-hand side it makes."""

    kind: str
    said: str
    rhs: sympy.Expr


@lru_cache(maxsize=64)
def mutations_of(algorithm: Algorithm) -> tuple[Edit, ...]:
    """Every systematic mutation of every equation of ``algorithm``, in the order of the equations.

    Terms and factors are dropped, symbols swapped in pairs, indices shifted, signs turned and
    exponents changed, one at a time. Of those that give the same equations one is kept, and none
    that gives the algorithm's own. A mutation's id, ``mutation:v:drop-term-2``, names the
    variable, the kind, and which one it is as the equation is read.
    """
    seen = {_key(equation) for equation in algorithm.equations}
    edits = []
    for equation in algorithm.equations:
        numbers: dict[str, int] = {}
        for mutant in _mutants(equation, algorithm):
            numbers[mutant.kind] = numbers.get(mutant.kind, 0) + 1
            edit = _edit(equation, mutant, numbers[mutant.kind])
            key = _key(Equation(equation.lhs, mutant.rhs, ""))
            if key not in seen and _well_formed(algorithm, edit, mutant.rhs):
                seen.add(key)
                edits.append(edit)
    return tuple(edits)


def _key(equation: Equation) -> tuple[sympy.Symbol, sympy.Expr]:
    return equation.lhs, sympy.expand(equation.rhs)


def _edit(equation: Equation, mutant: _Mutant, number: int) -> Edit:
    return Edit(
        id=f"mutation:{equation.lhs.name}:{mutant.kind}-{number}",
        kind=Kind.BUG,
        category=Category.FORMULA,
        statement=f"In the equation of {equation.lhs.name} {mutant.said}.",
        effect="",
        remedy=f"Write {equation_text(equation)}.",
        links=(),
        operations=(Replace(equation.lhs, mutant.rhs),),
    )


def _well_formed(algorithm: Algorithm, edit: Edit, rhs: sympy.Expr) -> bool:
    """Whether it can be computed: by symbols that are defined, and powers that arithmetics have."""
    if rhs.has(sympy.zoo, sympy.nan):
        return False
    exponents = [power.exp for power in rhs.atoms(sympy.Pow)]
    if not all(exponent.is_integer or abs(exponent) == _HALF for exponent in exponents):
        return False
    try:
        edit.apply(algorithm)
    except MalformedAlgorithm:
        return False
    return True


def _mutants(equation: Equation, algorithm: Algorithm) -> Iterator[_Mutant]:
    for place in _places(equation.rhs):
        yield from _other_terms(place)
        yield from _other_factors(place)
        yield from _other_exponents(place)
    yield from _swapped(equation.rhs)
    yield from _shifted(equation, algorithm)


def _places(
    expression: sympy.Expr, put: Callable[[sympy.Expr], sympy.Expr] = lambda new: new
) -> Iterator[_Place]:
    """Every subexpression, outer before inner, in the order in which it is read."""
    yield _Place(expression, put)
    parts = _read(expression)
    for at, part in enumerate(parts):

        def inside(new: sympy.Expr, at: int = at) -> sympy.Expr:
            return put(expression.func(*parts[:at], new, *parts[at + 1 :]))

        yield from _places(part, inside)


def _read(expression: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """The arguments of an expression in the order in which they are printed."""
    if expression.is_Add:
        return tuple(sorted(expression.args, key=term_rank))
    if expression.is_Mul:
        return tuple(sorted(expression.args, key=factor_rank))
    return tuple(expression.args)


def _other_terms(place: _Place) -> Iterator[_Mutant]:
    if place.at.is_Add:
        for term in _read(place.at):
            said = f"the term {expression_text(term)} "
            yield _Mutant("drop-term", said + "is dropped", place.put(place.at - term))
            yield _Mutant("turn-sign", said + "has the other sign", place.put(place.at - 2 * term))


def _other_factors(place: _Place) -> Iterator[_Mutant]:
    if place.at.is_Mul:
        for factor in _read(place.at):
            if factor != -1:
                said = f"the factor {expression_text(factor)} is dropped"
                yield _Mutant("drop-factor", said, place.put(place.at / factor))


def _other_exponents(place: _Place) -> Iterator[_Mutant]:
    if place.at.is_Pow:
        base, exponent = place.at.args
        symbolic = () if exponent.is_number else (sympy.Integer(1),)
        for other in _OTHER_EXPONENTS.get(exponent, symbolic):
            said = f"{expression_text(place.at)} is {expression_text(base**other)}"
            yield _Mutant("change-exponent", said, place.put(base**other))


def _swapped(rhs: sympy.Expr) -> Iterator[_Mutant]:
    for one, other in combinations(sorted(rhs.free_symbols, key=str), 2):
        said = f"{expression_text(one)} and {expression_text(other)} are swapped"
        yield _Mutant("swap", said, rhs.xreplace({one: other, other: one}))


def _shifted(equation: Equation, algorithm: Algorithm) -> Iterator[_Mutant]:
    """The step early or late, and variables of the step before or of this one."""
    present = sorted(equation.rhs.free_symbols, key=str)
    if t in present:
        for other in (t - 1, t + 1):
            yield _Mutant("shift", f"t is {other}", equation.rhs.xreplace({t: other}))
    for variable in (s.variable for s in algorithm.state):
        for old, new in ((variable, variable.prev), (variable.prev, variable)):
            if old in present:
                said = f"{expression_text(new)} stands for {expression_text(old)}"
                yield _Mutant("shift", said, equation.rhs.xreplace({old: new}))
