"""Taking factors out of sums over a tensor, signs and angles, where they do not change these."""

from __future__ import annotations

import sympy

from optimspec.spec.operations import TensorOperation, identity, matmul, mean, total, transpose
from optimspec.spec.symbols import is_tensor


def taken_out(expression: sympy.Expr) -> sympy.Expr:
    """``expression`` with every factor outside that a function lets through.

    A sum or mean of all elements is linear: it lets through what is the same for all elements. So
    is a matrix product in each of its operands. A sign lets positive factors vanish, an angle those
    that both of its sides share.
    """
    return (
        expression.replace(lambda part: isinstance(part, (total, mean)), _linear)
        .replace(lambda part: isinstance(part, (matmul, transpose)), _multilinear)
        .replace(sympy.sign, lambda inside: sympy.sign(sympy.factor(inside)))
        .replace(sympy.sign, _odd)
        .replace(sympy.atan2, _angle)
    )


def _linear(part: TensorOperation) -> sympy.Expr:
    terms = sympy.Add.make_args(sympy.expand(part.args[0]))
    return sympy.Add(*(_without_scalars(type(part), term) for term in terms))


def _multilinear(part: TensorOperation) -> sympy.Expr:
    scalars, rests = zip(*map(_split, part.args), strict=True)
    return sympy.Mul(*scalars) * type(part)(*rests)


def _without_scalars(operation: type[TensorOperation], term: sympy.Expr) -> sympy.Expr:
    scalar, rest = _split(term)
    return scalar * operation(rest)


def _split(term: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """The factors that are the same for all elements, and those that are not."""
    factors = sympy.Mul.make_args(term)
    scalar = sympy.Mul(*(factor for factor in factors if not _varies(factor)))
    return scalar, sympy.Mul(*(factor for factor in factors if _varies(factor)))


def _varies(factor: sympy.Expr) -> bool:
    """Whether elements of one tensor may have different values of it."""
    sums = {part: sympy.Dummy() for part in factor.atoms(total, mean)}
    return factor.has(identity) or any(
        is_tensor(symbol) for symbol in factor.xreplace(sums).free_symbols
    )


def _odd(inside: sympy.Expr) -> sympy.Expr:
    """The sign of a sum and of its opposite written alike."""
    flat = sympy.expand(inside)
    return -sympy.sign(-flat) if flat.could_extract_minus_sign() else sympy.sign(flat)


def _angle(y: sympy.Expr, x: sympy.Expr) -> sympy.Expr:
    over, under = (sympy.Mul.make_args(sympy.factor(side)) for side in (y, x))
    shared = sympy.Mul(*(part for part in over if part in under and part.is_positive))
    up, right = sympy.Mul(*over) / shared, sympy.Mul(*under) / shared
    if up.could_extract_minus_sign() and all(map(_is_not_negative, under)):
        return -sympy.atan2(-up, right)
    return sympy.atan2(up, right)


def _is_not_negative(factor: sympy.Expr) -> bool:
    return bool(factor.is_nonnegative or (factor.is_Pow and factor.exp == sympy.Rational(1, 2)))
