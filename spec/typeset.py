"""Equations as LaTeX, in the papers' notation: a state variable at t, its previous value at t-1."""

import re
from typing import Final

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from optimspec.spec.algorithm import Equation
from optimspec.spec.operations import TensorOperation, mean, quotient, total
from optimspec.spec.symbols import g, is_tensor, theta

_ACCENTS: Final = {"hat": "hat", "bar": "bar", "tilde": "tilde", "decayed": "tilde"}
_NAME: Final = re.compile(r"([A-Za-z]+?)(\d*)((?:_[a-z]+)*)")


def symbol(of: sympy.Symbol) -> str:
    r"""Return a symbol's notation: ``m_hat`` at step t is ``\hat{m}_{t}``, ``g`` is ``g_{t}``."""
    name = str(of.name)
    stem = name.removesuffix("_prev")
    match = _NAME.fullmatch(stem)
    if match is None:
        return str(LatexPrinter()._deal_with_super_sub(stem))
    letter, digits, tail = match.groups()
    body = letter if len(letter) == 1 else f"\\{letter}"
    words = []
    for word in tail.split("_")[1:]:
        if word in _ACCENTS:
            body = f"\\{_ACCENTS[word]}{{{body}}}"
        else:
            words.append(f"\\text{{{word}}}")
    if words:
        body = f"{body}^{{{','.join(words)}}}"
    at = "t-1" if name != stem else "t" if is_tensor(of) else ""
    index = ",".join(part for part in (digits, at) if part)
    return f"{body}_{{{index}}}" if index else body


def latex(expression: sympy.Expr) -> str:
    """Return ``expression`` as LaTeX."""
    return str(_Printer().doprint(expression))


def equation_latex(equation: Equation) -> str:
    """Return ``equation`` as LaTeX, ``lhs = rhs``."""
    return f"{symbol(equation.lhs)} = {latex(equation.rhs)}"


class _Printer(LatexPrinter):
    """LaTeX with terms and factors in the order in which papers write them."""

    def _print_Symbol(self, expr: sympy.Symbol, style: str = "plain") -> str:  # noqa: ARG002, N802
        return symbol(expr)

    _print_Variable = _print_Symbol  # noqa: N815

    def _print_Add(self, expr: sympy.Add, order: str | None = None) -> str:  # noqa: ARG002, N802
        tex = ""
        for term in sorted(expr.args, key=term_rank):
            negative = is_negative(term)
            sign = "- " if negative else "+ " if tex else ""
            tex += f"{' ' if tex else ''}{sign}{self._bracketed(-term if negative else term)}"
        return tex

    def _print_Pow(self, expr: sympy.Pow) -> str:  # noqa: N802
        name, inside = size_of(expr)
        if inside is None:
            return str(super()._print_Pow(expr))
        operand = self._print(inside)
        if name == "norm":
            return rf"\left\|{operand}\right\|"
        return rf"\operatorname{{{name}}}\left({operand}\right)"

    def _print_TensorOperation(self, expr: TensorOperation) -> str:  # noqa: N802
        return str(expr.written(*map(self._print, expr.args)))

    def _print_Mul(self, expr: sympy.Expr) -> str:  # noqa: N802
        if is_negative(expr):
            return f"- {self._bracketed(-expr)}"
        # Not exact, so that the power -t counts as a denominator too.
        over, under = quotient(expr)
        if under == 1:
            return self._product(over)
        return rf"\frac{{{self._product(over)}}}{{{self._product(under)}}}"

    def _product(self, expr: sympy.Expr) -> str:
        if not expr.is_Mul:
            return str(self._print(expr))
        factors = sorted(expr.args, key=factor_rank) if expr.is_commutative else expr.args
        last = len(factors) - 1
        printed = []
        for place, factor in enumerate(factors):
            body = self._print(factor)
            if self._needs_mul_brackets(factor, first=place == 0, last=place == last):
                body = rf"\left({body}\right)"
            printed.append(body)
        return " ".join(printed)

    def _bracketed(self, expr: sympy.Expr) -> str:
        return str(self.parenthesize(expr, PRECEDENCE["Mul"], strict=True))


def size_of(expr: sympy.Pow) -> tuple[str, sympy.Expr | None]:
    """``norm`` or ``rms`` and of what, where a root is one of them; else nothing."""
    inside = expr.base.args[0] if isinstance(expr.base, (total, mean)) else None
    if expr.exp == sympy.Rational(1, 2) and inside is not None and inside.is_Pow:
        return {total: "norm", mean: "rms"}[type(expr.base)], inside.base
    return "", None


def _has_tensor(expr: sympy.Expr) -> bool:
    return any(is_tensor(symbol) for symbol in expr.free_symbols)


def is_negative(expr: sympy.Expr) -> bool:
    """Whether a term is written with a minus sign."""
    return bool(expr.as_coeff_Mul()[0].is_negative)


def term_rank(term: sympy.Expr) -> tuple[object, ...]:
    """Put positive terms first, and among them the tensors.

    The old parameter comes first (``theta - alpha m``) unless it is a penalty (``g + lambda
    theta``), then the old state, the gradient, and scalars; a number comes last (``t + 1``).
    """
    symbols = term.free_symbols
    if theta.prev in symbols:
        penalty = any(f.is_Symbol and not is_tensor(f) for f in sympy.Mul.make_args(term))
        place = 4 if penalty else 0
    elif any(s.name.endswith("_prev") for s in symbols):
        place = 1
    elif g in symbols:
        place = 2
    else:
        place = 3 if _has_tensor(term) else 5
    return is_negative(term), place, bool(term.is_number), not term.is_Mul, term.sort_key()


def factor_rank(factor: sympy.Expr) -> tuple[object, ...]:
    """Put numbers first, then scalars, then tensors; symbols before compounds."""
    return _has_tensor(factor), not factor.is_number, not factor.is_Symbol, factor.sort_key()
