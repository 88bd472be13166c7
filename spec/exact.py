"""Running an algorithm in exact arithmetic, and what follows from its first steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

import sympy
from sympy import Integer

from optimspec.spec.algorithm import Algorithm, Equation
from optimspec.spec.operations import TensorOperation
from optimspec.spec.symbols import alpha, columns, count, eps, g, index, rows, t, theta

_GRADIENTS: Final = (Integer(3), Integer(-5))
_STEPS: Final = 4


def advance(
    equations: Sequence[Equation], inputs: Mapping[sympy.Expr, sympy.Expr]
) -> dict[sympy.Expr, sympy.Expr]:
    """The inputs of a step and what some of its equations, in their order, make of them."""
    now = dict(inputs)
    for equation in equations:
        try:
            now[equation.lhs] = equation.rhs.xreplace(now)
        except (TypeError, ValueError):  # SymPy does not compare what has no value
            now[equation.lhs] = sympy.nan
    return now


def exact_run(
    algorithm: Algorithm,
    start: sympy.Expr,
    gradients: Sequence[sympy.Expr],
    hyper: Mapping[sympy.Symbol, sympy.Expr],
    place: tuple[int, int] = (0, 1),
) -> list[sympy.Expr]:
    """The parameter before the first step and after each, one element, in exact arithmetic.

    ``place`` is its position, from 0, and how many parameters there are.
    """
    given = {**hyper, theta.prev: start, rows: Integer(1), columns: Integer(1)}
    starts = {s.variable.prev: _of_one_element(s.start) for s in algorithm.state}
    values = {kept: start.xreplace(given) for kept, start in starts.items()} | given
    visited = [start]
    equations = [replace(e, rhs=_of_one_element(e.rhs)) for e in algorithm.equations]
    for step, gradient in enumerate(gradients, start=1):
        at = {t: Integer(step), index: Integer(place[0]), count: Integer(place[1])}
        now = advance(equations, {**values, **at, g: gradient})
        values |= {s.variable.prev: now[s.variable] for s in algorithm.state}
        values[theta.prev] = now[theta]
        visited.append(now[theta])
    return visited


@lru_cache(maxsize=4096)
def _of_one_element(expression: sympy.Expr) -> sympy.Expr:
    """The expression for a parameter of one element."""
    return expression.replace(
        lambda part: isinstance(part, TensorOperation), lambda part: part.of_one_element()
    )


def of_one_element(algorithm: Algorithm) -> Algorithm:
    """The algorithm for a parameter of one element, which needs no operation on tensors."""
    sides = {rows: Integer(1), columns: Integer(1)}
    state = (replace(s, start=_of_one_element(s.start).xreplace(sides)) for s in algorithm.state)
    equations = (
        replace(e, rhs=_of_one_element(e.rhs).xreplace(sides)) for e in algorithm.equations
    )
    return replace(algorithm, state=tuple(state), equations=tuple(equations))


@lru_cache(maxsize=256)
def rests(algorithm: Algorithm) -> bool:
    """Whether a step with a gradient of zero changes nothing, not even a count of steps.

    Decided for a parameter of one element.
    """
    if any(t in equation.rhs.free_symbols for equation in algorithm.equations):
        return False
    now = advance(of_one_element(algorithm).equations, {g: Integer(0)})
    return all(now[kept] == kept.prev for kept in (theta, *(s.variable for s in algorithm.state)))


@lru_cache(maxsize=256)
def has_unit_steps(algorithm: Algorithm) -> bool:
    """Whether a constant gradient moves the parameter by exactly alpha in each of its first steps.

    Decided in exact arithmetic at rational points with eps = 0.
    """
    for number, gradient in enumerate(_GRADIENTS):
        point = _point(algorithm, number)
        visited = exact_run(algorithm, Integer(7), [gradient] * _STEPS, point)
        steps = [abs(b - a) for a, b in pairwise(visited)]
        if any(sympy.simplify(step - point[alpha]) != 0 for step in steps):
            return False
    return True


def _point(algorithm: Algorithm, number: int) -> dict[sympy.Symbol, sympy.Rational]:
    """Rational settings with eps = 0, another one for each hyperparameter and each number."""
    point = {}
    for at, each in enumerate(algorithm.hyperparameters, start=1):
        value = Integer(at + number)
        point[each.symbol] = value / (value + 1) if each.is_share else value
    return point | {eps: Integer(0)}
