"""Operations of equations that SymPy does not have: over a whole tensor, and on matrices.

A sum or mean is the same for all elements of what it is taken over. Matrices are the parameter's
last two axes; the other operations act elementwise. SymPy's own ``sign``, ``Abs``, ``Max``,
``Min``, ``exp`` and ``Piecewise`` may be used as they are.
"""

from __future__ import annotations

from typing import ClassVar, Final, Self

import sympy


class TensorOperation(sympy.Expr):
    """A function of whole tensors: an element of its value depends on many of its operands'.

    Attributes
    ----------
    notation
        How it is written in LaTeX, from its operands.
    """

    is_real = True
    is_commutative = True
    notation: ClassVar[str]

    def __new__(cls, *operands: sympy.Expr) -> Self:
        """Apply it to its operands, which may be numbers."""
        return super().__new__(cls, *map(sympy.sympify, operands))

    @classmethod
    def written(cls, *operands: str) -> str:
        """The operation as LaTeX."""
        return cls.notation.format(*operands)

    def of_one_element(self) -> sympy.Expr:
        """Its value where every tensor has one element: sums are of that, products plain."""
        return sympy.Mul(*self.args)


class _Sum(TensorOperation):
    """A sum or mean of all elements, whose derivative is that of what is summed."""

    def _eval_derivative(self, by: sympy.Symbol) -> sympy.Expr:
        """The derivative by a symbol that is the same for all elements."""
        inner = self.args[0].diff(by)
        return inner if inner.is_zero else type(self)(inner)


class total(_Sum):  # noqa: N801 - a function, named as one
    """The sum of all elements."""

    notation = r"\textstyle\sum\left({}\right)"


class mean(_Sum):  # noqa: N801
    """The mean of all elements."""

    notation = r"\operatorname{{mean}}\left({}\right)"


class row_mean(TensorOperation):  # noqa: N801
    """The mean of every row of a matrix, along its last axis."""

    notation = r"\operatorname{{mean}}_{{\text{{row}}}}\left({}\right)"


class column_mean(TensorOperation):  # noqa: N801
    """The mean of every column of a matrix, along its last axis but one."""

    notation = r"\operatorname{{mean}}_{{\text{{column}}}}\left({}\right)"


class matmul(TensorOperation):  # noqa: N801
    """The matrix product."""

    notation = r"\left({}\right) \left({}\right)"


class transpose(TensorOperation):  # noqa: N801
    """A matrix with its rows as columns."""

    notation = r"\left({}\right)^{{\top}}"


class identity(TensorOperation):  # noqa: N801
    """The identity matrix of so many rows, which is ``rows`` or ``columns``."""

    notation = r"I_{{{}}}"


class inverse_root(TensorOperation):  # noqa: N801
    """The inverse p-th root of a symmetric positive definite matrix, p a positive integer.

    Of the matrix the lower triangle is read.
    """

    notation = r"\left({}\right)^{{-1/{}}}"

    def of_one_element(self) -> sympy.Expr:
        """See :class:`TensorOperation`."""
        number, p = self.args
        return number ** (-1 / p)


MATRIX_OPERATIONS: Final = frozenset(
    {row_mean, column_mean, matmul, transpose, identity, inverse_root}
)
"""Those for which the parameter must be a matrix."""


def norm(x: sympy.Expr) -> sympy.Expr:
    """The Euclidean norm of all elements."""
    return sympy.sqrt(total(x**2))


def rms(x: sympy.Expr) -> sympy.Expr:
    """The root of the mean square of all elements."""
    return sympy.sqrt(mean(x**2))


def quotient(expression: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Numerator and denominator; a power of a fraction is a numerator by itself."""
    factors = sympy.Mul.make_args(expression)
    whole = [f for f in factors if f.is_Pow and f.base.is_Rational and not f.base.is_Integer]
    rest = sympy.Mul(*(f for f in factors if f not in whole))
    numerator, denominator = sympy.fraction(rest)
    return sympy.Mul(numerator, *whole), denominator
