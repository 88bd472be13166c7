"""Models to train: a loss in SymPy, and the gradient that SymPy derives from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy

from optimspec.spec.algorithm import Source
from optimspec.spec.errors import MalformedAlgorithm
from optimspec.spec.symbols import Variable


@dataclass(frozen=True, slots=True)
class Parameter:
    """A tensor that is trained.

    Parameters
    ----------
    name
        What it is called.
    elements
        A symbol for each of its elements, row by row.
    shape
        Its shape.
    start
        Where the source starts it, an exact number for each element; zeros where it says nothing.
    """

    name: str
    elements: tuple[Variable, ...]
    shape: tuple[int, ...]
    start: tuple[sympy.Rational, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A model with its loss.

    Parameters
    ----------
    name
        Lower-case words joined by hyphens.
    title
        What people call it.
    source
        Where the model, or its loss, is stated.
    parameters
        What is trained.
    loss
        The loss, from the parameters' elements and the data. What is taken over all examples is
        written with ``optimspec.spec.operations``.
    data
        The symbols of the data: tensors with an element for each example.
    minimum
        Where the loss is smallest, an exact number for each element of the parameters, if known.

    Raises
    ------
    MalformedAlgorithm
        If the loss uses anything else.
    """

    name: str
    title: str
    source: Source
    parameters: tuple[Parameter, ...]
    loss: sympy.Expr
    data: tuple[Variable, ...] = ()
    minimum: tuple[sympy.Rational, ...] = ()

    def __post_init__(self) -> None:
        unknown = self.loss.free_symbols - {*self.elements, *self.data}
        if unknown:
            names = ", ".join(sorted(map(str, unknown)))
            raise MalformedAlgorithm(
                f"A loss must be made of parameters and data: that of {self.name} uses {names}."
            )

    @property
    def elements(self) -> tuple[Variable, ...]:
        """The elements of all parameters."""
        return tuple(symbol for each in self.parameters for symbol in each.elements)

    @property
    def gradient(self) -> tuple[sympy.Expr, ...]:
        """The derivative of the loss by each of :attr:`elements`."""
        return _gradient(self.loss, self.elements)


@lru_cache(maxsize=64)
def _gradient(loss: sympy.Expr, by: tuple[Variable, ...]) -> tuple[sympy.Expr, ...]:
    return tuple(sympy.diff(loss, symbol) for symbol in by)
