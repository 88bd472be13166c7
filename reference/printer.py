"""Printing equations as Python text: calls of an arithmetic ``A``."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import PythonCodePrinter

from optimspec.spec import MalformedAlgorithm
from optimspec.spec.operations import (
    column_mean,
    identity,
    inverse_root,
    matmul,
    mean,
    quotient,
    row_mean,
    total,
    transpose,
)


class _Printer(PythonCodePrinter):
    """Prints an expression as calls of an arithmetic ``A``."""

    _print_Variable = PythonCodePrinter._print_Symbol  # noqa: N815

    def _print_Mul(self, expr: sympy.Expr) -> str:  # noqa: N802
        numerator, denominator = quotient(expr)
        if denominator == 1:
            return str(super()._print_Mul(expr))
        return self._quotient(numerator, denominator)

    def _quotient(self, numerator: sympy.Expr, denominator: sympy.Expr) -> str:
        first = self._operand if _is_count(denominator) else self._print
        return f"A.divide({first(numerator)}, {self._print(denominator)})"

    def _operand(self, expr: sympy.Expr) -> str:
        """An operand of an operation that takes the arithmetic's values alone."""
        text = str(self._print(expr))
        return f"A.scalar({text})" if _is_count(expr) else text

    def _print_Pow(self, expr: sympy.Pow, **_: object) -> str:  # noqa: N802
        base, exponent = expr.as_base_exp()
        if exponent == sympy.Rational(1, 2):
            return f"A.sqrt({self._operand(base)})"
        if exponent.is_nonpositive or (
            not exponent.is_nonnegative and exponent.could_extract_minus_sign()
        ):
            return self._quotient(sympy.S.One, sympy.Pow(base, -exponent))
        power = PRECEDENCE["Pow"]
        return f"{self.parenthesize(base, power)}**{self.parenthesize(exponent, power)}"

    def _print_Rational(self, expr: sympy.Rational) -> str:  # noqa: N802
        return f"A.rational({expr.p}, {expr.q})"

    _print_Half = _print_Rational  # noqa: N815

    def _print_Abs(self, expr: sympy.Abs) -> str:  # noqa: N802
        return f"A.absolute({self._print(expr.args[0])})"

    def _print_sign(self, expr: sympy.Expr) -> str:
        return f"A.sign({self._print(expr.args[0])})"

    def _print_exp(self, expr: sympy.Expr) -> str:
        return f"A.exp({self._print(expr.args[0])})"

    def _print_log(self, expr: sympy.Expr) -> str:
        return f"A.log({self._print(expr.args[0])})"

    def _print_atan2(self, expr: sympy.Expr) -> str:
        return f"A.atan2({', '.join(map(self._operand, expr.args))})"

    def _print_Max(self, expr: sympy.Max) -> str:  # noqa: N802
        return self._of_all("max" if _is_count(expr) else "A.maximum", expr)

    def _print_Min(self, expr: sympy.Min) -> str:  # noqa: N802
        return self._of_all("min" if _is_count(expr) else "A.minimum", expr)

    def _of_all(self, function: str, expr: sympy.Expr) -> str:
        written = self._print if _is_count(expr) else self._operand
        first, *rest = (str(written(argument)) for argument in expr.args)
        for other in rest:
            first = f"{function}({first}, {other})"
        return first

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:  # noqa: N802
        *cases, (last, always) = expr.args
        if always != sympy.true:
            raise MalformedAlgorithm(f"A Piecewise must end with a value for all else; {expr}.")
        text = self._operand(last)
        for value, condition in reversed(cases):
            relation = _RELATIONS.get(type(condition))
            if relation is None:
                raise MalformedAlgorithm(
                    f"A condition must compare two values; found {condition} in {expr}."
                )
            pair = f"({self._operand(condition.lhs)}, {self._operand(condition.rhs)})"
            text = f"A.select({relation}, {pair}, {self._operand(value)}, {text})"
        return text

    def _print_TensorOperation(self, expr: sympy.Expr) -> str:  # noqa: N802
        operands = ", ".join(str(self._print(argument)) for argument in expr.args)
        name, axis = _OPERATIONS[type(expr)]
        return f"A.{name}({operands}{axis})"

    def _print_Function(self, expr: sympy.Basic) -> str:  # noqa: N802
        raise MalformedAlgorithm(
            f"An equation must use operations that every arithmetic has; found {expr.func} in "
            f"{expr}. Add it to Arithmetic and to each implementation of it."
        )

    _print_sin = _print_cos = _print_tanh = _print_Function


_PRINT: Final = _Printer({"fully_qualified_modules": False})


_RELATIONS: Final = {
    sympy.StrictLessThan: "lt",
    sympy.LessThan: "le",
    sympy.StrictGreaterThan: "gt",
    sympy.GreaterThan: "ge",
    sympy.Equality: "eq",
    sympy.Unequality: "ne",
}
_OPERATIONS: Final = {
    total: ("total", ""),
    mean: ("mean", ", None"),
    row_mean: ("mean", ", -1"),
    column_mean: ("mean", ", -2"),
    matmul: ("matmul", ""),
    transpose: ("transpose", ""),
    identity: ("identity", ", theta_prev"),
    inverse_root: ("inverse_root", ""),
}


def _is_count(expr: sympy.Expr) -> bool:
    """Whether Python's integers give the value: sums, products and extremes of counts."""
    if expr.is_Symbol:
        return bool(expr.is_integer)
    kinds = expr.is_Add or expr.is_Mul or isinstance(expr, (sympy.Max, sympy.Min))
    return bool(expr.is_Integer or (kinds and all(map(_is_count, expr.args))))


@lru_cache(maxsize=1024)
def name_of(symbol: sympy.Symbol) -> str:
    """The Python name of a symbol."""
    return str(_PRINT.doprint(symbol))


def text_of(value: sympy.Expr) -> str:
    """An expression as Python text; what integers give is brought into the arithmetic."""
    return _PRINT._operand(value)


BUILTINS: Final[Mapping[str, object]] = {
    "max": max,
    "min": min,
    **{name: getattr(operator, name) for name in _RELATIONS.values()},
}
"""What the text uses besides the arithmetic."""
