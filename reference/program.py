"""Lowering: the equations of an algorithm as a straight-line program for any arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import PythonCodePrinter

from optimspec.reference.formats import Array
from optimspec.spec import Algorithm, MalformedAlgorithm
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
        """Keep a variable: round it where variables of that name are kept in a format."""
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
    source
        The Python text it was compiled from, one line per equation.
    kept
        Names of the variables that outlive a step: the state's, then ``theta``.
    """

    algorithm: Algorithm
    source: str
    kept: tuple[str, ...]
    _step: Callable[..., dict[str, Any]]

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
        return self._step(arithmetic, kept, hyper, gradient, *at)


@lru_cache(maxsize=4096)
def lower(algorithm: Algorithm) -> Program:
    """Compile the equations of ``algorithm``."""
    kept = (*(s.variable for s in algorithm.state), theta)
    body = [f"{_name(v.prev)} = kept[{v.name!r}]" for v in kept]
    body += [f"{_name(h.symbol)} = hyper[{h.name!r}]" for h in algorithm.hyperparameters]
    for equation in algorithm.equations:
        value = _PRINT.doprint(equation.rhs)
        if equation.lhs in kept:
            value = f"A.store({equation.lhs.name!r}, {value}, {_name(equation.lhs.prev)})"
        body.append(f"{_name(equation.lhs)} = {value}")
    body.append("return {" + ", ".join(f"{v.name!r}: {_name(v)}" for v in kept) + "}")
    signature = ", ".join(["A", "kept", "hyper", *(_name(s) for s in (g, t, index, count))])
    source = f"def step({signature}):\n" + "".join(f"    {line}\n" for line in body)
    namespace: dict[str, Any] = {}
    exec(compile(source, f"<{algorithm.name}>", "exec"), namespace)  # our own text, from SymPy
    return Program(algorithm, source, tuple(v.name for v in kept), namespace["step"])
