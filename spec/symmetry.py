"""Symmetries of an algorithm, decided by SymPy from its equations.

A symmetry says how the parameters change when the inputs do. It holds if there are powers p such
that scaling each state variable by c^p turns one step of the algorithm into another of its steps
and leaves the start values as they are; induction over the steps does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

import sympy
from sympy.core.relational import Relational

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.homogeneous import taken_out
from optimspec.spec.symbols import eps, g, theta

_C: Final = sympy.Symbol("c", real=True)
_POWERS: Final = range(3)
_POSITIVE: Final = sympy.Symbol("c", positive=True)


@dataclass(frozen=True, slots=True)
class Symmetry:
    """``theta_t`` changes as ``parameter`` says when gradient and start value change.

    Parameters
    ----------
    id, statement
        Its name and the rule in a sentence.
    factor
        The scale c: a symbol with the assumptions under which the rule holds, or a number.
    gradient, parameter
        The new gradient and the new parameter from the old one and c.
    without_eps
        Whether it holds for eps = 0 only.
    """

    id: str
    statement: str
    factor: sympy.Expr
    gradient: Callable[[sympy.Expr, sympy.Expr], sympy.Expr]
    parameter: Callable[[sympy.Expr, sympy.Expr], sympy.Expr]
    without_eps: bool = False


SYMMETRIES: Final = (
    Symmetry(
        "gradient-scale",
        "With eps = 0, gradients multiplied by c > 0 leave every update as it is.",
        _POSITIVE,
        lambda x, c: c * x,
        lambda x, _: x,
        without_eps=True,
    ),
    Symmetry(
        "sign",
        "Gradients and start values of the opposite sign give parameters of the opposite sign.",
        sympy.Integer(-1),
        lambda x, c: c * x,
        lambda x, c: c * x,
    ),
    Symmetry(
        "translation",
        "A start value shifted by c gives parameters shifted by c.",
        _C,
        lambda x, _: x,
        lambda x, c: x + c,
    ),
)


@lru_cache(maxsize=256)
def holds(symmetry: Symmetry, algorithm: Algorithm) -> bool:
    """Whether ``symmetry`` can be proved of ``algorithm``."""
    powers = product(_POWERS, repeat=len(algorithm.state))
    return any(_maps(symmetry, algorithm, chosen) for chosen in powers)


def _maps(symmetry: Symmetry, algorithm: Algorithm, powers: tuple[int, ...]) -> bool:
    """Whether the equations carry state variables scaled by these powers into each other."""
    c = symmetry.factor
    scale = {s.variable: c**power for s, power in zip(algorithm.state, powers, strict=True)}
    shifted = {theta.prev: symmetry.parameter(theta.prev, c)}
    starts = ((scale[s.variable] * s.start, s.start.xreplace(shifted)) for s in algorithm.state)
    if any(not _same(scaled, moved) for scaled, moved in starts):
        return False
    moved = {variable.prev: by * variable.prev for variable, by in scale.items()}
    moved[theta.prev] = symmetry.parameter(theta.prev, c)
    moved[g] = symmetry.gradient(g, c)
    for equation in algorithm.equations:
        rhs = equation.rhs.subs(eps, 0) if symmetry.without_eps else equation.rhs
        changed = _freed(rhs.subs(moved, simultaneous=True), c)
        if equation.lhs == theta:
            return _same(changed, symmetry.parameter(rhs, c))
        allowed = [scale[equation.lhs]] if equation.lhs in scale else [c**p for p in _POWERS]
        by = next((by for by in allowed if _same(changed, by * rhs)), None)
        if by is None:
            return False
        moved[equation.lhs] = by * equation.lhs
    return False


def _freed(expression: sympy.Expr, c: sympy.Expr) -> sympy.Expr:
    """``expression`` without a positive factor c in what it compares with zero."""
    if not (c.is_Symbol and c.is_positive):
        return expression
    return expression.replace(
        lambda part: isinstance(part, Relational) and part.rhs == 0,
        lambda part: part.func(part.lhs / sympy.Mul(*_factors(part.lhs, c)), 0),
    )


def _factors(product: sympy.Expr, c: sympy.Expr) -> list[sympy.Expr]:
    """The factors of a product that are powers of c."""
    return [x for x in sympy.Mul.make_args(product) if x.as_base_exp()[0] == c]


def _same(x: sympy.Expr, y: sympy.Expr) -> bool:
    return bool(sympy.expand(sympy.piecewise_fold(taken_out(x - y))) == 0)
