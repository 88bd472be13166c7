"""Equations as LaTeX, in the papers' notation: a state variable at t, its previous value at t-1."""

import re

import sympy
from sympy.printing.latex import LatexPrinter

from optimspec.spec.algorithm import Equation
from optimspec.spec.symbols import Variable


class _Printer(LatexPrinter):
    """LaTeX with fractions kept in the order in which papers write them."""

    def _print_Symbol(self, expr: sympy.Symbol, style: str = "plain") -> str:  # noqa: N802
        return symbol(expr)

    _print_Variable = _print_Symbol


def symbol(of: sympy.Symbol) -> str:
    """The notation of one symbol: ``m_hat`` at step t is ``\\hat{m}_{t}``, ``g`` is ``g_{t}``."""
    name = str(of.name)
    previous = name.endswith("_prev")
    stem = name.removesuffix("_prev")
    at = "t-1" if previous else "t"
    timed = previous or isinstance(of, Variable) or name == "g"
    match = re.fullmatch(r"([A-Za-z]+?)(?:_(hat|bar)|_([a-z]+)|(\d+))?", stem)
    if match is None:
        return LatexPrinter()._deal_with_super_sub(stem)  # type: ignore[no-untyped-call,no-any-return]
    letter, accent, word, digit = match.groups()
    body = letter if len(letter) == 1 else f"\\{letter}"
    if accent:
        body = f"\\{accent}{{{body}}}"
    if word:
        body = f"{body}^{{\\mathrm{{{word}}}}}"
    index = ",".join(part for part in (digit, at if timed else None) if part)
    return f"{body}_{{{index}}}" if index else body


def latex(expression: sympy.Expr) -> str:
    """``expression`` as LaTeX."""
    return str(_Printer({"order": "none"}).doprint(expression))


def equation_latex(equation: Equation) -> str:
    """``equation`` as LaTeX, ``lhs = rhs``."""
    return f"{symbol(equation.lhs)} = {latex(equation.rhs)}"
