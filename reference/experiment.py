"""The inputs of one run of an optimizer."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np

from optimspec.reference.arithmetic import Arithmetic
from optimspec.reference.formats import FORMATS, Array, Format

V = TypeVar("V")


class Inputs(Protocol):
    """What a run of an algorithm is made of, whether its gradients are given or computed."""

    @property
    def theta0(self) -> tuple[Array, ...]:
        """The parameters' start values."""
        ...

    @property
    def hyper(self) -> Mapping[str, float]:
        """The hyperparameters at the start, by spec name."""
        ...

    @property
    def arithmetic(self) -> Format:
        """The format of parameters and gradients."""
        ...

    def settings(self) -> Iterator[Mapping[str, float]]:
        """The hyperparameters in force, step by step."""
        ...

    def gradients_at(
        self, step: int, theta: Sequence[V], arithmetic: Arithmetic[V]
    ) -> Sequence[V | None]:
        """The gradients of a step, of the parameters before it; None for a parameter without."""
        ...

    def __hash__(self) -> int:
        """Equal for equal inputs, so that what follows from them is computed once."""
        ...


def as_matrix(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape of two axes for as many elements, at least as high as wide, near to a square."""
    if len(shape) == 2:
        return shape
    size = math.prod(shape)
    columns = max(n for n in range(1, math.isqrt(size) + 1) if size % n == 0)
    return size // columns, columns


@dataclass(frozen=True, eq=False)
class Experiment:
    """Parameters, gradients and hyperparameters of one run.

    Parameters
    ----------
    theta0
        The parameters' start values, one float64 array for each.
    gradients
        For each step, one array per parameter of that parameter's shape, or None where the
        parameter has no gradient.
    hyper
        Hyperparameters by spec name.
    format
        Name of the format of parameters and gradients; every value above is exact in it.
    changes
        Hyperparameters that take a new value before a step, by step from 1.
    flushed
        Names of the formats in which the run takes subnormal numbers for zero.
    """

    theta0: tuple[Array, ...]
    gradients: tuple[tuple[Array | None, ...], ...]
    hyper: Mapping[str, float]
    format: str
    changes: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    flushed: frozenset[str] = frozenset()

    @property
    def arithmetic(self) -> Format:
        """The format of parameters and gradients."""
        return self.kept_in(self.format)

    def kept_in(self, name: str) -> Format:
        """The format of that name, as the run has it."""
        return replace(FORMATS[name], flushes=True) if name in self.flushed else FORMATS[name]

    def settings(self) -> Iterator[Mapping[str, float]]:
        """The hyperparameters in force, step by step."""
        now = dict(self.hyper)
        for step in range(1, len(self.gradients) + 1):
            now |= self.changes.get(step, {})
            yield dict(now)

    def gradients_at(
        self, step: int, theta: Sequence[V], arithmetic: Arithmetic[V]
    ) -> Sequence[V | None]:
        """The gradients of a step, in ``arithmetic``; they are given, whatever ``theta`` is."""
        del theta
        return [None if g is None else arithmetic.tensor(g) for g in self.gradients[step - 1]]

    @cached_property
    def key(self) -> str:
        """A digest of all inputs: equal for equal experiments."""
        settings = sorted(self.hyper.items()), sorted(self.changes.items())
        inputs = self.format, settings, len(self.theta0), sorted(self.flushed)
        digest = hashlib.sha256(repr(inputs).encode())
        for array in (*self.theta0, *(g for step in self.gradients for g in step)):
            digest.update(b"none" if array is None else repr(array.shape).encode())
            digest.update(b"" if array is None else np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Experiment) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)
