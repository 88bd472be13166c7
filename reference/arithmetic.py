"""What a program can be run in: the operations that equations are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from optimspec.reference.formats import Array

V = TypeVar("V")

Relation = Callable[[Any, Any], Any]
"""A comparison of ``operator``: ``lt``, ``le``, ``gt``, ``ge``, ``eq`` or ``ne``."""


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

    def minimum(self, x: V, y: V) -> V:
        """The smaller of two, elementwise."""
        ...

    def absolute(self, x: V) -> V:
        """The absolute value."""
        ...

    def sign(self, x: V) -> V:
        """-1, 0 or 1."""
        ...

    def exp(self, x: V) -> V:
        """The exponential function."""
        ...

    def log(self, x: V) -> V:
        """The natural logarithm; not a number where it is undefined."""
        ...

    def atan2(self, y: V, x: V) -> V:
        """The angle of the point (x, y), from -pi to pi; 0 for the origin."""
        ...

    def select(self, relation: Relation, pair: tuple[V, V], x: V, y: V) -> V:
        """``x`` where the relation holds of a pair of values, elsewhere ``y``."""
        ...

    def total(self, x: V) -> V:
        """The sum of all elements, as a tensor of one element."""
        ...

    def mean(self, x: V, axis: int | None) -> V:
        """The mean along an axis, which keeps the length 1, or of all elements.

        That of a scalar is the scalar.
        """
        ...

    def matmul(self, x: V, y: V) -> V:
        """The matrix product; a number in it is a factor."""
        ...

    def transpose(self, x: V) -> V:
        """A matrix with its rows as columns."""
        ...

    def identity(self, n: int, like: V) -> V:
        """The identity matrix of n rows, for each of the matrices that a tensor has."""
        ...

    def inverse_root(self, x: V, p: int) -> V:
        """The inverse p-th root of the symmetric matrix of that lower triangle.

        Not a number where it is not positive definite.
        """
        ...

    def part(self, x: V, at: int) -> V:
        """One element, by its place in the flattened tensor, as a tensor of one element."""
        ...

    def joined(self, parts: Sequence[V], shape: tuple[int, ...]) -> V:
        """A tensor made of such elements."""
        ...

    def intermediate(self, x: V) -> V:
        """The value of an equation that no later step sees, where a program multiplies matrices."""
        ...

    def begin(self, name: str, x: V, like: V) -> V:
        """The start value of a variable, for every element of a parameter."""
        ...

    def store(self, name: str, x: V, previous: V) -> V:
        """Keep a variable: round it where variables of that name are kept in a format.

        A value that is the same for several elements is kept for each, in the shape of
        ``previous``.
        """
        ...
