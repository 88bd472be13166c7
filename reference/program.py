"""Lowering: the equations of an algorithm as a straight-line program for any arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any, Final, Protocol, TypeVar

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import PythonCodePrinter

from optimspec.reference.formats import Array
from optimspec.spec import Algorithm, Equation, MalformedAlgorithm
from optimspec.spec.symbols import count, g, index, t, theta

V = TypeVar("V")


class Arithmetic(Protocol[V]):
    """What a program is run in. Besides these, values have +, -, * and ** by an integer."""

    def tensor(self, values: Array) -> V:
        """Bring an array of inputs in."""
        ...

    def scalar(self, value: float) -> V:
        """Bring a hyperparameter in."""
        ...

    def rational(self, p: int, q: int) -> V:
        """The constant p/q."""
        ...

    def divide(self, x: V, y: V) -> V:
        """The quotient; not a number where it is undefined."""
        ...

    def sqrt(self, x: V) -> V:
        """The square root."""
        ...

    def maximum(self, x: V, y: V) -> V:
        """The larger of two, elementwise."""
        ...

    def absolute(self, x: V) -> V:
        """The absolute value."""
        ...

    def store(self, name: str, x: V, previous: V) -> V:
        """Keep a variable: round it where variables of that name are kept in a format.

        A value that is the same for every element is kept for each, in the shape of ``previous``.
        """
        ...


class _Printer(PythonCodePrinter):
    """Prints an expression as calls of an arithmetic ``A``."""

    _print_Variable = PythonCodePrinter._print_Symbol  # noqa: N815

    def _print_Mul(self, expr: sympy.Expr) -> str:  # noqa: N802
        numerator, denominator = sympy.fraction(expr)
        if denominator == 1:
            return str(super()._print_Mul(expr))
        return f"A.divide({self._print(numerator)}, {self._print(denominator)})"

    def _print_Pow(self, expr: sympy.Pow, **_: object) -> str:  # noqa: N802
        base, exponent = expr.as_base_exp()
        if exponent == sympy.Rational(1, 2):
            return f"A.sqrt({self._print(base)})"
        if exponent.is_negative or exponent.could_extract_minus_sign():
            return f"A.divide(1, {self._print(sympy.Pow(base, -exponent))})"
        power = PRECEDENCE["Pow"]
        return f"{self.parenthesize(base, power)}**{self.parenthesize(exponent, power)}"

    def _print_Rational(self, expr: sympy.Rational) -> str:  # noqa: N802
        return f"A.rational({expr.p}, {expr.q})"

    _print_Half = _print_Rational  # noqa: N815

    def _print_Abs(self, expr: sympy.Abs) -> str:  # noqa: N802
        return f"A.absolute({self._print(expr.args[0])})"

    def _print_Max(self, expr: sympy.Max) -> str:  # noqa: N802
        first, *rest = (self._print(argument) for argument in expr.args)
        if expr.is_integer:
            return f"max({', '.join([first, *rest])})"
        for other in rest:
            first = f"A.maximum({first}, {other})"
        return str(first)

    def _print_Function(self, expr: sympy.Basic) -> str:  # noqa: N802
        raise MalformedAlgorithm(
            f"An equation must use operations that every arithmetic has; found {expr.func} in "
            f"{expr}. Add it to Arithmetic and to each implementation of it."
        )

    _print_sign = _print_Piecewise = _print_Min = _print_Function  # noqa: N815
    _print_log = _print_exp = _print_sin = _print_cos = _print_tanh = _print_Function


_PRINT: Final = _Printer({"fully_qualified_modules": False})


def _name(symbol: sympy.Symbol) -> str:
    return str(_PRINT.doprint(symbol))


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

    @property
    def source(self) -> str:
        """The Python text that is run, one line per equation."""
        return "".join(f"{name} = {text}\n" for name, text, _ in self._lines)

    def step(
        self,
        arithmetic: Arithmetic[V],
        kept: Mapping[str, V],
        hyper: Mapping[str, V],
        gradient: V,
        *,
        at: tuple[int, int, int],
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
        """
        values: dict[str, Any] = {f"{name}_prev": kept[name] for name in self.kept}
        values.update((symbol, hyper[name]) for symbol, name in self._names)
        values.update(zip(_INPUTS, (arithmetic, gradient, *at), strict=True))
        for name, _, code in self._lines:
            values[name] = eval(code, _BUILTINS, values)  # our own text, from SymPy
        return {name: values[name] for name in self.kept}


_BUILTINS: Final = {"__builtins__": {"max": max}}
_INPUTS: Final = ("A", *(_name(s) for s in (g, t, index, count)))


@lru_cache(maxsize=8192)
def _compiled(equation: Equation, *, is_kept: bool) -> tuple[str, str, CodeType]:
    """An equation's variable, its value as Python text, and that compiled."""
    name, text = _name(equation.lhs), str(_PRINT.doprint(equation.rhs))
    if equation.rhs.is_integer:  # constants and steps are Python's integers
        text = f"A.scalar({text})"
    if is_kept:
        text = f"A.store({equation.lhs.name!r}, {text}, {_name(equation.lhs.prev)})"
    return name, text, compile(text, f"<{equation.lhs.name}>", "eval")


@lru_cache(maxsize=4096)
def lower(algorithm: Algorithm) -> Program:
    """Compile the equations of ``algorithm``; those it shares with another, once for both."""
    kept = (*(s.variable for s in algorithm.state), theta)
    return Program(
        algorithm,
        tuple(v.name for v in kept),
        tuple(_compiled(e, is_kept=e.lhs in kept) for e in algorithm.equations),
        tuple((_name(h.symbol), h.name) for h in algorithm.hyperparameters),
    )
