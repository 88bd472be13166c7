"""Equations as one line of plain text, in the order in which papers write them."""

from typing import Final

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from optimspec.spec.algorithm import Equation
from optimspec.spec.operations import TensorOperation, quotient
from optimspec.spec.symbols import is_tensor
from optimspec.spec.typeset import factor_rank, is_negative, size_of, term_rank


class _Printer(StrPrinter):
    """Python's operators, ``^`` for powers, and the step as an index: ``m_{t-1}``."""

    def _print_Symbol(self, expr: sympy.Symbol) -> str:  # noqa: N802
        name = str(expr.name)
        stem = name.removesuffix("_prev")
        return f"{stem}_{{t-1}}" if stem != name else f"{name}_t" if is_tensor(expr) else name

    _print_Variable = _print_Symbol  # noqa: N815

    def _print_Add(self, expr: sympy.Add, order: str | None = None) -> str:  # noqa: ARG002, N802
        text = ""
        for term in sorted(expr.args, key=term_rank):
            sign = "-" if is_negative(term) else "+" if text else ""
            body = self.parenthesize(-term if is_negative(term) else term, PRECEDENCE["Add"])
            text += f" {sign} {body}" if text else f"{sign}{body}"
        return text

    def _print_Mul(self, expr: sympy.Expr) -> str:  # noqa: N802
        if is_negative(expr):
            return f"-{self._print(-expr)}"
        over, under = quotient(expr)
        text = " ".join(
            self.parenthesize(factor, PRECEDENCE["Mul"])
            for factor in sorted(sympy.Mul.make_args(over), key=factor_rank)
        )
        return text if under == 1 else f"{text} / {self.parenthesize(under, PRECEDENCE['Mul'])}"

    def _print_Pow(self, expr: sympy.Pow, rational: bool = False) -> str:  # noqa: ARG002, N802
        base, exponent = expr.as_base_exp()
        name, inside = size_of(expr)
        if inside is not None:
            return f"{name}({self._print(inside)})"
        if exponent == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        if quotient(expr)[1] != 1:
            return str(self._print_Mul(expr))
        power = PRECEDENCE["Pow"]
        return f"{self.parenthesize(base, power)}^{self.parenthesize(exponent, power)}"

    def _print_Max(self, expr: sympy.Max) -> str:  # noqa: N802
        return f"max({self.stringify(expr.args, ', ')})"

    def _print_TensorOperation(self, expr: TensorOperation) -> str:  # noqa: N802
        return f"{type(expr).__name__}({self.stringify(expr.args, ', ')})"

    def _print_Min(self, expr: sympy.Min) -> str:  # noqa: N802
        return f"min({self.stringify(expr.args, ', ')})"

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:  # noqa: N802
        *cases, (last, _) = expr.args
        said = (f"{self._print(value)} if {self._print(when)}" for value, when in cases)
        return f"({' else '.join([*said, str(self._print(last))])})"

    def _print_Equality(self, expr: sympy.Equality) -> str:  # noqa: N802
        return f"{self._print(expr.lhs)} = {self._print(expr.rhs)}"

    def _print_Unequality(self, expr: sympy.Unequality) -> str:  # noqa: N802
        return f"{self._print(expr.lhs)} != {self._print(expr.rhs)}"

    def _print_Abs(self, expr: sympy.Abs) -> str:  # noqa: N802
        return f"|{self._print(expr.args[0])}|"


_PRINT: Final = _Printer()


def equation_text(equation: Equation) -> str:
    """``equation`` as text, ``lhs = rhs``."""
    return f"{_PRINT.doprint(equation.lhs)} = {_PRINT.doprint(equation.rhs)}"


def expression_text(expression: sympy.Expr) -> str:
    """``expression`` as text."""
    return str(_PRINT.doprint(expression))


def domain_text(domain: sympy.Set) -> str:
    """The values a hyperparameter may take: an interval as ``[0, 1)``, other sets as SymPy's."""
    if not isinstance(domain, sympy.Interval):
        return str(domain)
    low, high = (str(end).replace("oo", "∞") for end in (domain.start, domain.end))
    left, right = "(" if domain.left_open else "[", ")" if domain.right_open else "]"
    return f"{left}{low}, {high}{right}"
