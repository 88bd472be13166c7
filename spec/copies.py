"""Equations that are the same but for copies and signs, where products of matrices are compared."""

from __future__ import annotations

import sympy

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.operations import matmul, transpose
from optimspec.spec.symbols import theta


def same_but_for_copies(one: Algorithm, other: Algorithm) -> bool:
    """Whether both have the same state and equations.

    A variable that is equal to another may stand for it, and signs of operands before products of
    matrices.
    """
    return one.state == other.state and _without_copies(one) == _without_copies(other)


def _without_copies(algorithm: Algorithm) -> dict[sympy.Symbol, sympy.Expr]:
    """The equations, without those that give another name to what has one."""
    kept = {theta, *(s.variable for s in algorithm.state)}
    copies: dict[sympy.Symbol, sympy.Expr] = {}
    rest: dict[sympy.Symbol, sympy.Expr] = {}
    for equation in algorithm.equations:
        rhs = equation.rhs.xreplace(copies).replace(_is_linear, _sign_first)
        if rhs.is_Symbol and equation.lhs not in kept:
            copies[equation.lhs] = rhs
        else:
            rest[equation.lhs] = rhs
    return rest


def _is_linear(expression: sympy.Basic) -> bool:
    return isinstance(expression, matmul | transpose)


def _sign_first(product: sympy.Expr) -> sympy.Expr:
    """A product of matrices, or a transpose, with its operands' signs before it."""
    negative = [x.could_extract_minus_sign() for x in product.args]
    operands = (-x if sign else x for x, sign in zip(product.args, negative, strict=True))
    return (-1) ** sum(negative) * product.func(*operands)
