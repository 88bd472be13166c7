"""The algebra that proofs rest on: when an expression with finite sums is zero, or not negative."""

from collections.abc import Iterable, Mapping
from typing import Final

import sympy
from sympy import Add, Dummy, Expr, Indexed, Product, Sum, Symbol
from sympy.core.function import AppliedUndef

from optimspec.spec.operations import TensorOperation

_DIGITS: Final = 50


def vanishes(expression: Expr) -> bool:
    """Whether ``expression`` is identically zero.

    Sums are split over the terms of their summands and rid of constant factors; what remains of
    them counts as unknowns, as operations on tensors do, so that a true answer never depends on
    their values. Symbols that may be zero count as positive: both sides are continuous there.
    """
    canonical = _canonical(_positive(expression))
    unknowns = canonical.atoms(Sum, Product, Indexed, AppliedUndef, TensorOperation)
    free = canonical.xreplace({unknown: Dummy(real=True) for unknown in unknowns})
    if _has_value(free):
        return False
    numerator = sympy.expand(sympy.numer(sympy.together(free)))
    return bool(numerator == 0 or sympy.simplify(numerator) == 0)


def peeled(expression: Expr, limit: Symbol) -> Expr:
    """``expression`` with the last term taken out of every sum that runs to ``limit``.

    Of a product it is the last factor.
    """
    return expression.replace(
        lambda part: isinstance(part, (Sum, Product)) and part.limits[-1][2] == limit,
        _without_last_term,
    )


def is_nonnegative(expression: Expr) -> bool:
    """Whether ``expression`` is manifestly not negative: by its signs, or as a sum of such."""
    if isinstance(expression, Sum):
        return is_nonnegative(expression.function)
    if expression.is_nonnegative:
        return True
    if expression.is_Pow and expression.exp.is_real and expression.base.is_nonnegative:
        return True  # where it has a value
    if expression.is_Mul and all(map(is_nonnegative, expression.args)):
        return True
    return bool(sympy.factor(sympy.together(expression)).is_nonnegative)


def named_positive(parts: Iterable[Expr]) -> list[dict[Expr, Expr]]:
    """Return replacements, for :func:`rewritten`, that name positive parts by new symbols."""
    names = [(part, Dummy(positive=True)) for part in parts]
    return [{part: name, -part: -name} for part, name in names]


def rewritten(expression: Expr, steps: Iterable[Mapping[Expr, Expr]]) -> Expr:
    """``expression`` with the replacements made, one after another."""
    for step in steps:
        expression = expression.xreplace(dict(step))
    return expression


def _positive(expression: Expr) -> Expr:
    doubtful = [s for s in expression.free_symbols if s.is_nonnegative and not s.is_positive]
    bound = {i for part in expression.atoms(Sum) for i in part.variables}
    return expression.xreplace(
        {s: Dummy(s.name, positive=True, integer=s.is_integer) for s in doubtful if s not in bound}
    )


def _has_value(expression: Expr) -> bool:
    """Whether ``expression`` is plainly not zero at one point; simplifying would take longer."""
    symbols = sorted(expression.free_symbols, key=str)
    point = {
        s: sympy.Integer(k + 2) if s.is_integer else sympy.Rational(1, k + 3)
        for k, s in enumerate(symbols)
    }
    value = expression.xreplace(point).evalf(_DIGITS)
    return bool(value.is_Float and abs(value) > 10 ** (-_DIGITS // 2))


def _outer(part: Sum | Product) -> tuple[Expr, Symbol, Expr, Expr]:
    """Summand, index and limits of the outermost sum; SymPy joins nested sums into one."""
    *inner, (variable, first, last) = part.limits
    return part.func(part.function, *inner) if inner else part.function, variable, first, last


def _without_last_term(part: Sum | Product) -> Expr:
    term, variable, first, last = _outer(part)
    before, own = part.func(term, (variable, first, last - 1)), term.subs(variable, last)
    return before + own if isinstance(part, Sum) else before * own


def _canonical(expression: Expr) -> Expr:
    empty = {part: part.doit() for part in expression.atoms(Product) if part.has_empty_sequence}
    expression = expression.xreplace(empty)
    sums = expression.atoms(Sum)
    nested = {inner for part in sums for inner in part.function.atoms(Sum)}
    return sympy.expand(expression.xreplace({part: _split(part) for part in sums - nested}))


def _split(part: Sum) -> Expr:
    summand, variable, first, last = _outer(part)
    if last == first - 1:
        return sympy.Integer(0)
    factors = (
        term.as_independent(variable, as_Add=False)
        for term in Add.make_args(sympy.expand(_canonical(summand)))
    )
    return Add(*(constant * Sum(rest, (variable, first, last)) for constant, rest in factors))
