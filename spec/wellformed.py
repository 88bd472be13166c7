"""What every algorithm must have: its symbols defined before they are used, and its values."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import sympy

from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.shapes import require_fitting_shapes
from optimspec.spec.symbols import INPUTS, columns, rows, theta

if TYPE_CHECKING:
    from optimspec.spec.algorithm import Algorithm

_UNDEFINED: Final = frozenset({sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I})


@lru_cache(maxsize=8192)
def _symbols(expression: sympy.Expr) -> frozenset[sympy.Basic]:
    """The symbols of an expression, and what stands in it for no number at all."""
    return frozenset(expression.atoms(sympy.Symbol, *map(type, _UNDEFINED))) & (
        expression.free_symbols | _UNDEFINED
    )


def require_well_formed(algorithm: Algorithm) -> None:
    """Raise MalformedAlgorithm at the first rule that ``algorithm`` breaks."""
    _require_equations(algorithm)
    _require_start_values(algorithm)
    defined = {equation.lhs for equation in algorithm.equations}
    missing = [s.variable.name for s in algorithm.state if s.variable not in defined]
    if missing:
        raise MalformedAlgorithm(
            f"Every state variable needs an equation: {algorithm.name} has none for {missing}."
        )
    if not algorithm.equations or algorithm.equations[-1].lhs != theta:
        raise MalformedAlgorithm(f"The last equation of {algorithm.name} must define theta.")
    if algorithm.needs_matrices:
        require_fitting_shapes(algorithm)


def _require_equations(algorithm: Algorithm) -> None:
    known = set(INPUTS) | {h.symbol for h in algorithm.hyperparameters}
    known |= {s.variable.prev for s in algorithm.state}
    for equation in algorithm.equations:
        symbols = _symbols(equation.rhs)
        if symbols & _UNDEFINED:
            raise MalformedAlgorithm(
                f"Every equation must have a value: the one for {equation.lhs} in {algorithm.name} "
                f"is {equation.rhs}. Divide by nothing that is always zero."
            )
        if unknown := symbols - known:
            names = ", ".join(sorted(str(symbol) for symbol in unknown))
            raise MalformedAlgorithm(
                f"Every symbol must be defined before it is used: the equation for "
                f"{equation.lhs} in {algorithm.name} uses {names}. Define it above, or add it to "
                f"the state or the hyperparameters."
            )
        if equation.lhs in known:
            raise MalformedAlgorithm(
                f"Every variable is defined once: {algorithm.name} defines {equation.lhs} again. "
                f"Give the second another name."
            )
        known.add(equation.lhs)


def _require_start_values(algorithm: Algorithm) -> None:
    given = {rows, columns, theta.prev} | {h.symbol for h in algorithm.hyperparameters}
    for kept in algorithm.state:
        if unknown := kept.start.free_symbols - given:
            names = ", ".join(sorted(map(str, unknown)))
            raise MalformedAlgorithm(
                f"A start value must be made of hyperparameters and the parameter: that of "
                f"{kept.variable} in {algorithm.name} uses {names}."
            )
