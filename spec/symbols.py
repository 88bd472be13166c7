"""The symbols every specification shares, under the names papers and code give them.

Importing them from here keeps their assumptions equal; SymPy treats two symbols of one name
but different assumptions as different symbols.
"""

from typing import Final, Self

import sympy


class Variable(sympy.Symbol):
    """A tensor that a step computes: the parameter, a state variable or an intermediate.

    The symbol itself stands for the value after the current step, :attr:`prev` for the value
    before it. Elements are real numbers.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        """Create the variable called ``name``."""
        return super().__new__(cls, name, real=True)

    @property
    def prev(self) -> sympy.Symbol:
        """The value that the previous step left, or the start value at the first step."""
        return sympy.Symbol(f"{self.name}_prev", real=True)


theta: Final = Variable("theta")
"""The parameter tensor."""

g: Final = sympy.Symbol("g", real=True)
"""The gradient at the parameter's previous value; same shape as ``theta``."""

t: Final = sympy.Symbol("t", integer=True, positive=True)
"""The step: 1 at the first update of a parameter."""

index: Final = sympy.Symbol("i", integer=True, nonnegative=True)
"""Position of the parameter tensor among those given to the optimizer, from 0."""

count: Final = sympy.Symbol("P", integer=True, positive=True)
"""How many parameter tensors the optimizer was given."""

alpha: Final = sympy.Symbol("alpha", nonnegative=True)
"""Step size, ``lr`` in most libraries."""

beta1: Final = sympy.Symbol("beta1", nonnegative=True)
"""Decay rate of the first moment."""

beta2: Final = sympy.Symbol("beta2", nonnegative=True)
"""Decay rate of the second moment."""

eps: Final = sympy.Symbol("epsilon", nonnegative=True)
"""Constant that keeps the denominator from zero, ``eps`` in most libraries."""

lam: Final = sympy.Symbol("lambda", nonnegative=True)
"""Weight decay coefficient, ``weight_decay`` in most libraries."""

mu: Final = sympy.Symbol("mu", nonnegative=True)
"""Share of the momentum that is kept, ``momentum`` in most libraries."""

tau: Final = sympy.Symbol("tau", nonnegative=True)
"""Share of the gradient that is kept from the momentum, ``dampening`` in most libraries."""

rows: Final = sympy.Symbol("rows", integer=True, positive=True)
"""The length of a matrix's last axis but one; 1 for what is no matrix."""

columns: Final = sympy.Symbol("columns", integer=True, positive=True)
"""The length of a tensor's last axis; 1 for a number."""

INPUTS: Final = frozenset({g, t, index, count, rows, columns, theta.prev})
"""What every step is given, besides hyperparameters and state."""


def is_tensor(symbol: sympy.Symbol) -> bool:
    """Whether a symbol has a value for every element, unlike hyperparameters and steps."""
    return isinstance(symbol, Variable) or symbol.name.endswith("_prev") or symbol == g
