"""The closed loop: training a model, every gradient computed from the parameters it is taken at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, TypeVar

import numpy as np

from optimspec.reference.arithmetic import Arithmetic
from optimspec.reference.formats import FORMATS, Array, Format
from optimspec.reference.limits import error_limit, roundings
from optimspec.reference.printer import BUILTINS, name_of, text_of
from optimspec.spec import Algorithm, Task
from optimspec.spec.symbols import Variable

V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Training:
    """All inputs of a training run on the whole of the data at every step.

    It can be run, certified and bounded like an ``Experiment``, whose gradients are given.

    Parameters
    ----------
    task
        The model and its loss.
    data
        An array for each of the task's data symbols, by name, all of one length.
    theta0
        The parameters' start values, one float64 array for each of the task's parameters, of as
        many elements; its shape may differ from the one that the task names.
    hyper
        Hyperparameters by spec name.
    format
        Name of the format that everything is computed in; every value above is exact in it.
    length
        The number of steps.
    """

    task: Task
    data: Mapping[str, Array]
    theta0: tuple[Array, ...]
    hyper: Mapping[str, float]
    format: str
    length: int

    @property
    def arithmetic(self) -> Format:
        """The format of parameters and gradients."""
        return FORMATS[self.format]

    def settings(self) -> Iterator[Mapping[str, float]]:
        """The hyperparameters in force, step by step."""
        for _ in range(self.length):
            yield self.hyper

    def gradients_at(
        self, step: int, theta: Sequence[V], arithmetic: Arithmetic[V]
    ) -> Sequence[V | None]:
        """The gradient of the loss by every parameter, in ``arithmetic``."""
        del step
        parts = iter(_evaluated(_gradient(self.task), self.task, self.data, theta, arithmetic))
        shapes = [x.shape for x in self.theta0]
        return [
            arithmetic.joined([next(parts) for _ in each.elements], shape)
            for each, shape in zip(self.task.parameters, shapes, strict=True)
        ]

    @cached_property
    def key(self) -> str:
        """A digest of all inputs: equal for equal trainings."""
        said = (self.task.name, self.format, self.length, sorted(self.hyper.items()))
        digest = hashlib.sha256(repr(said).encode())
        for name, array in (*sorted(self.data.items()), *(("", x) for x in self.theta0)):
            digest.update(repr((name, array.shape)).encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Training) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def loss(task: Task, data: Mapping[str, Array], theta: Sequence[V], arithmetic: Arithmetic[V]) -> V:
    """The loss, as a tensor of one element."""
    (value,) = _evaluated(_loss(task), task, data, theta, arithmetic)
    return value


def training_limit(algorithm: Algorithm, task: Task) -> int:
    """The largest error constant k of a faithful training run: ``error_limit`` with the gradient.

    The gradient's equations are equations of the step.
    """
    return max(error_limit(algorithm), *(int(roundings(part)) for part in task.gradient))


@lru_cache(maxsize=64)
def _gradient(task: Task) -> tuple[CodeType, ...]:
    return tuple(
        compile(text_of(part), f"<gradient by {symbol}>", "eval")
        for part, symbol in zip(task.gradient, task.elements, strict=True)
    )


@lru_cache(maxsize=64)
def _loss(task: Task) -> tuple[CodeType, ...]:
    return (compile(text_of(task.loss), f"<loss of {task.name}>", "eval"),)


@lru_cache(maxsize=256)
def _names(symbols: tuple[Variable, ...]) -> tuple[tuple[str, str], ...]:
    """What symbols are called, and what they are called in Python."""
    return tuple((symbol.name, name_of(symbol)) for symbol in symbols)


def _evaluated(
    codes: tuple[CodeType, ...],
    task: Task,
    data: Mapping[str, Array],
    theta: Sequence[V],
    arithmetic: Arithmetic[V],
) -> list[V]:
    """What the expressions give of these parameters and data."""
    values: dict[str, Any] = {"A": arithmetic}
    values |= {name: arithmetic.tensor(data[key]) for key, name in _names(task.data)}
    for parameter, value in zip(task.parameters, theta, strict=True):
        for at, (_, name) in enumerate(_names(parameter.elements)):
            values[name] = arithmetic.part(value, at)
    return [eval(code, {"__builtins__": BUILTINS}, values) for code in codes]
