"""The shapes of matrices, by the names of their sides: what an equation's operands must have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import sympy

from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.operations import (
    column_mean,
    identity,
    inverse_root,
    matmul,
    mean,
    row_mean,
    total,
    transpose,
)
from optimspec.spec.symbols import columns, g, rows, theta

if TYPE_CHECKING:
    from optimspec.spec.algorithm import Algorithm, Equation

Shape = tuple[sympy.Expr, sympy.Expr] | None
"""Rows and columns; None for what is repeated where elements are missing, as a number is."""

_PARAMETER: Final = (rows, columns)


def require_fitting_shapes(algorithm: Algorithm) -> None:
    """Raise MalformedAlgorithm at the first equation between matrices that do not fit."""
    known: dict[sympy.Symbol, Shape] = {g: _PARAMETER, theta.prev: _PARAMETER, theta: _PARAMETER}
    for kept in algorithm.state:
        size = kept.matrix.args[0] if kept.matrix else None
        known |= dict.fromkeys(
            (kept.variable, kept.variable.prev), (size, size) if size else _PARAMETER
        )
    for equation in algorithm.equations:
        used = frozenset((s, known[s]) for s in equation.rhs.free_symbols if s in known)
        found = _shape_of_equation(equation, used)
        if found is not None and known.setdefault(equation.lhs, found) != found:
            raise _unfit(equation.rhs, found, known[equation.lhs])


@lru_cache(maxsize=4096)
def _shape_of_equation(equation: Equation, known: frozenset[tuple[sympy.Symbol, Shape]]) -> Shape:
    return _shape(equation.rhs, dict(known))


def _shape(expression: sympy.Basic, known: Mapping[sympy.Symbol, Shape]) -> Shape:
    if isinstance(expression, (total, mean, row_mean, column_mean)):
        return None
    if isinstance(expression, identity):
        return expression.args[0], expression.args[0]
    if expression.is_Symbol:
        return known.get(expression)
    operands = [_shape(part, known) for part in expression.args]
    shapes = [shape for shape in operands if shape is not None]
    if isinstance(expression, inverse_root):
        if not (shapes and shapes[0][0] == shapes[0][1]):
            raise _unfit(expression, *shapes)
        return shapes[0]
    if isinstance(expression, transpose):
        return shapes[0][::-1] if shapes else None
    if isinstance(expression, matmul) and len(shapes) == 2:
        (height, inner), (other, width) = shapes
        if inner != other:
            raise _unfit(expression, *shapes)
        return height, width
    if len(set(shapes)) > 1:
        raise _unfit(expression, *shapes)
    return shapes[0] if shapes else None


def _unfit(expression: sympy.Basic, *shapes: Shape) -> MalformedAlgorithm:
    found = " and ".join("a number" if s is None else f"{s[0]} x {s[1]}" for s in shapes)
    return MalformedAlgorithm(
        f"Matrices must fit: a product needs as many columns as rows, a root as many rows as "
        f"columns, all else equal shapes. In {expression} they are {found or 'numbers'}. Transpose "
        f"one, or let a state variable start as a multiple of the identity of its size."
    )
