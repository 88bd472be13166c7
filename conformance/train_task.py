"""The tasks that optimizers are compared on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from optimspec.conformance import train_data
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train_data import Examples
from optimspec.conformance.train_record import Metrics, TaskRecord
from optimspec.reference import Array

Rows = NDArray[np.int64]
"""Places of examples in a data set."""

MODELS: Final = ("linear", "two-layer")
"""The torch models: one layer x @ W + b, or two with a hyperbolic tangent between them."""

CLASSIFICATIONS: Final = ("digits", "blobs")
"""Tasks on which a torch model is trained by autograd."""

REGRESSIONS: Final = ("linear", "logistic")
"""Tasks on all examples at once, with the gradient that SymPy derives."""

SURFACES: Final = ("rosenbrock", "beale")
"""Losses of two numbers and nothing else."""

TASK_NAMES: Final = (*CLASSIFICATIONS, *REGRESSIONS, *SURFACES)


class Problem(Protocol):
    """A model, its data, and its gradient. Parameters are float64 arrays, exact in its format."""

    @property
    def record(self) -> TaskRecord:
        """What it is."""
        ...

    @property
    def theta0(self) -> tuple[Array, ...]:
        """Where training starts."""
        ...

    def batches(self) -> Iterator[Rows]:
        """Which examples each step of an epoch is taken on; the same for every run, in order."""
        ...

    def gradient(self, theta: Sequence[Array], rows: Rows) -> tuple[Metrics, list[Array]]:
        """The loss on those training examples, and its gradient by every parameter."""
        ...

    def measure(self, theta: Sequence[Array], *, held_out: bool = False) -> Metrics:
        """How good parameters are, on all training examples or on those held out."""
        ...


class Settings(NamedTuple):
    """What a task is made with.

    ``epochs`` and ``batch`` are None where the task's own are meant; on a surface, and where a step
    is taken on all examples, an epoch is a step.
    """

    name: str
    model: str
    epochs: int | None
    batch: int | None
    format: str
    seed: int


class Split(NamedTuple):
    """Examples to train on, and others to test on."""

    train: Examples
    held_out: Examples


def split_of(name: str, rng: np.random.Generator, train: int, held_out: int) -> Split:
    """The data set of that name, in two parts."""
    make = {"digits": train_data.digits, "blobs": train_data.blobs, "linear": train_data.line,
            "logistic": train_data.halves}[name]  # fmt: skip
    return Split(make(rng, train), make(rng, held_out))


def problem(settings: Settings) -> Problem:
    """The task of those settings.

    Raises
    ------
    CannotLoad
        If the task needs torch, which is not installed.
    """
    if settings.name not in CLASSIFICATIONS:
        from optimspec.conformance.train_exact import exact_problem

        return exact_problem(settings)
    try:
        from optimspec.conformance.train_torch import torch_problem
    except ModuleNotFoundError as error:
        raise CannotLoad(
            f"The task {settings.name} trains a model with torch's autograd, and torch is not "
            f"installed. Install it with: pip install 'optimspec[torch]', or take one of "
            f"{', '.join((*REGRESSIONS, *SURFACES))} with --task."
        ) from error
    return torch_problem(settings)


def shuffled(seed: int, count: int, batch: int) -> Iterator[Rows]:
    """The examples in random order, another one each time round, a batch at a time."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(count)
        for first in range(0, count, batch):
            yield order[first : first + batch]
