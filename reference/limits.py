"""How large the error constant of a faithful evaluation can be.

The bound E counts at least one rounding for every term of an equation: that of the operation that
takes it in. An evaluation of the same equation in any other order (bias correction folded into the
step size, lerp in place of a weighted sum, a division in place of a product with an inverse) does
at most all of the equation's roundings to one term. So its error is at most N E to first order,
N being the number of roundings of the longest equation.
"""

from __future__ import annotations

import sympy

from optimspec.spec import Algorithm
from optimspec.spec.operations import quotient
from optimspec.spec.symbols import is_tensor


def roundings(expression: sympy.Expr) -> int:
    """Roundings made when ``expression`` is evaluated one operation at a time.

    A sign costs none: where rounding decides it, the bound allows for either. Sums over a tensor
    cost none beyond those of their terms, because the bound counts every one of theirs for every
    term. A scalar subexpression costs one, its rounding to the tensors' format. A square root costs
    two: relative to its argument, the rounding of a root weighs twice as much.
    """
    if not any(is_tensor(s) for s in expression.free_symbols):
        return 0 if expression.is_integer else 1
    if expression.is_Symbol or isinstance(expression, sympy.sign):
        return 0
    if isinstance(expression, sympy.Piecewise):
        return max(int(roundings(value)) for value, _ in expression.args)
    numerator, denominator = quotient(expression)
    if denominator != 1:
        return roundings(numerator) + roundings(denominator) + 1
    inner = sum(roundings(argument) for argument in expression.args)
    if expression.is_Add or expression.is_Mul:
        return inner + sum(argument != -1 for argument in expression.args) - 1
    if expression.is_Pow:
        return roundings(expression.base) + (2 if expression.exp == sympy.Rational(1, 2) else 1)
    return inner


def error_limit(algorithm: Algorithm) -> int:
    """The largest error constant k that an evaluation of ``algorithm`` can have."""
    return max(int(roundings(equation.rhs)) for equation in algorithm.equations)
