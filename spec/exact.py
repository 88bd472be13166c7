"""Running an algorithm in exact arithmetic, and what follows from its first steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import sympy

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.symbols import alpha, beta1, beta2, count, eps, g, index, t, theta

_POINTS: Final = (
    {alpha: 1, beta1: sympy.Rational(1, 2), beta2: sympy.Rational(3, 4), eps: 0, g: 3},
    {alpha: 2, beta1: sympy.Rational(9, 10), beta2: sympy.Rational(2, 3), eps: 0, g: -5},
)
_STEPS: Final = 4


def exact_run(
    algorithm: Algorithm,
    start: sympy.Expr,
    gradients: Sequence[sympy.Expr],
    hyper: Mapping[sympy.Symbol, sympy.Expr],
) -> list[sympy.Expr]:
    """The parameter before the first step and after each, one element, in exact arithmetic."""
    values = {s.variable.prev: s.start for s in algorithm.state} | {theta.prev: start}
    visited = [start]
    for step, gradient in enumerate(gradients, start=1):
        now = {**values, **hyper, g: gradient, t: step, index: 0, count: 1}
        for equation in algorithm.equations:
            now[equation.lhs] = equation.rhs.subs(now)
        values = {s.variable.prev: now[s.variable] for s in algorithm.state}
        values[theta.prev] = now[theta]
        visited.append(now[theta])
    return visited


@lru_cache(maxsize=256)
def has_unit_steps(algorithm: Algorithm) -> bool:
    """Whether a constant gradient moves the parameter by exactly alpha in each of its first steps.

    Decided in exact arithmetic at rational points with eps = 0.
    """
    extra = {h.symbol: h.value for h in algorithm.hyperparameters}
    for point in _POINTS:
        hyper = {**extra, **{s: x for s, x in point.items() if s != g}}
        visited = exact_run(algorithm, sympy.Integer(7), [point[g]] * _STEPS, hyper)
        steps = [abs(b - a) for a, b in pairwise(visited)]
        if any(sympy.simplify(step - point[alpha]) != 0 for step in steps):
            return False
    return True
