"""Lowering: the equations of an algorithm as a straight-line program for any arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any, Final

import sympy

from optimspec.reference.arithmetic import Arithmetic, V
from optimspec.reference.printer import BUILTINS, name_of, text_of
from optimspec.spec import Algorithm, Equation, State
from optimspec.spec.symbols import Variable, columns, count, g, index, rows, t, theta


@dataclass(frozen=True)
class Program:
    """One step of an algorithm, ready to run.

    Attributes
    ----------
    kept
        Names of the variables that outlive a step: the state's, then ``theta``.
    """

    algorithm: Algorithm
    kept: tuple[str, ...]
    _lines: tuple[tuple[str, str, CodeType], ...]
    _names: tuple[tuple[str, str], ...]
    _starts: tuple[tuple[str, CodeType], ...]

    @property
    def source(self) -> str:
        """The Python text that is run, one line per equation."""
        return "".join(f"{name} = {text}\n" for name, text, _ in self._lines)

    def start(
        self,
        arithmetic: Arithmetic[V],
        hyper: Mapping[str, V],
        parameter: V,
        shape: tuple[int, ...],
    ) -> dict[str, V]:
        """What is kept before the first step, of a parameter of that value and shape.

        Raises
        ------
        ValueError
            If state of the size of a matrix's sides is kept, and the parameter is no matrix.
        """
        if len(shape) < 2 and any(kept.matrix is not None for kept in self.algorithm.state):
            raise ValueError(
                f"The parameters of {self.algorithm.title} must be matrices; one has the shape "
                f"{shape}. Give it one row, or another optimizer."
            )
        values: dict[str, Any] = {symbol: hyper[name] for symbol, name in self._names}
        values |= {"A": arithmetic, name_of(theta.prev): parameter}
        values |= zip(map(name_of, (rows, columns)), _sides(shape), strict=True)
        kept = {name: eval(code, _BUILTINS, values) for name, code in self._starts}
        return {**kept, theta.name: parameter}

    def step(
        self,
        arithmetic: Arithmetic[V],
        kept: Mapping[str, V],
        hyper: Mapping[str, V],
        gradient: V,
        *,
        at: tuple[int, int, int],
        shape: tuple[int, ...] = (),
    ) -> dict[str, V]:
        """Run one step and return what is kept.

        Parameters
        ----------
        arithmetic
            What the operations mean.
        kept
            The previous values of :attr:`kept`.
        hyper
            Hyperparameters by spec name.
        gradient
            The gradient.
        at
            The step t from 1, the parameter's index from 0, and the number of parameters.
        shape
            The parameter's shape.
        """
        values: dict[str, Any] = {f"{name}_prev": kept[name] for name in self.kept}
        values.update((symbol, hyper[name]) for symbol, name in self._names)
        values.update(zip(_INPUTS, (arithmetic, gradient, *at, *_sides(shape)), strict=True))
        for name, _, code in self._lines:
            values[name] = eval(code, _BUILTINS, values)  # our own text, from SymPy
        return {name: values[name] for name in self.kept}


_BUILTINS: Final = {"__builtins__": BUILTINS}
_INPUTS: Final = ("A", *(name_of(s) for s in (g, t, index, count, rows, columns)))


def _sides(shape: tuple[int, ...]) -> tuple[int, int]:
    """The lengths of a shape's last two axes, 1 for those it lacks."""
    return (1, 1, *shape)[-2], (1, 1, *shape)[-1]


def _kept(how: str, variable: Variable, value: sympy.Expr, like: sympy.Expr) -> str:
    return f"A.{how}({variable.name!r}, {text_of(value)}, {text_of(like)})"


@lru_cache(maxsize=8192)
def _compiled(equation: Equation, *, is_kept: bool, is_product: bool) -> tuple[str, str, CodeType]:
    """An equation's variable, its value as Python text, and that compiled."""
    lhs, rhs = equation.lhs, equation.rhs
    text = _kept("store", lhs, rhs, lhs.prev) if is_kept else text_of(rhs)
    text = f"A.intermediate({text})" if is_product and not is_kept else text
    return name_of(lhs), text, compile(text, f"<{lhs.name}>", "eval")


@lru_cache(maxsize=1024)
def _compiled_start(kept: State) -> tuple[str, CodeType]:
    text = _kept("begin", kept.variable, kept.start, kept.matrix or theta.prev)
    return kept.variable.name, compile(text, f"<{kept.variable.name}>", "eval")


@lru_cache(maxsize=4096)
def lower(algorithm: Algorithm) -> Program:
    """Compile the equations of ``algorithm``; those it shares with another, once for both."""
    kept = (*(s.variable for s in algorithm.state), theta)
    return Program(
        algorithm,
        tuple(v.name for v in kept),
        tuple(
            _compiled(e, is_kept=e.lhs in kept, is_product=algorithm.multiplies_matrices)
            for e in algorithm.equations
        ),
        tuple((name_of(h.symbol), h.name) for h in algorithm.hyperparameters),
        tuple(map(_compiled_start, algorithm.state)),
    )
