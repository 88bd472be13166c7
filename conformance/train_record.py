"""Comparisons of optimizers on one task: what ``optimspec train`` shows, writes and draws.

The JSON form is versioned. ``train.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.train_record``); numbers that JSON
cannot hold are written as "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import json
from typing import Final, Literal

from pydantic import Field

from optimspec.conformance.encoding import Encoded, Number
from optimspec.conformance.record import Environment

TRAIN_VERSION: Final = "1"


class Metrics(Encoded):
    """How good the parameters are on some examples."""

    loss: Number
    accuracy: Number | None = Field(
        None,
        description="the share of examples classified rightly; None where there are no classes",
    )


class Epoch(Encoded):
    """The parameters at the end of a pass over the training examples."""

    epoch: int = Field(description="0 is before the first step")
    train: Metrics = Field(description="on all training examples")
    held_out: Metrics = Field(description="on examples that are not trained on")


class Trial(Encoded):
    """A step size that was tried."""

    alpha: Number
    loss: Number = Field(description="at the end of the trial, on the training examples")


class ClosedLoopRecord(Encoded):
    """The run beside the same run in exact arithmetic with exact gradients."""

    algorithm: str = Field(
        description="the specification, with the edits that explain the optimizer"
    )
    is_explained: bool = Field(
        True, description="false if nothing known explains it; algorithm is then what it claims"
    )
    loss: str = Field("", description="the loss of precision with which it is explained, in words")
    k: Number = Field(description="the largest error of a parameter, in units of its bound")
    limit: Number = Field(description="the largest k that a faithful run has")
    silent_from: int | None = Field(
        description="the first step from which on the bound exceeds the movement of the parameters "
        "and says nothing"
    )
    error: list[Number] = Field(description="at each step's worst element")
    bound: list[Number]


class Run(Encoded):
    """One optimizer's run."""

    label: str = Field(description="the optimizer as it was asked for")
    target: str = Field(description="what was run")
    hyperparameters: dict[str, Number] = Field(description="the values in effect, by spec name")
    trials: list[Trial] = Field(description="how alpha was chosen; none if it was given")
    step_loss: list[Number] = Field(
        description="before each step, on the examples that the step is taken on"
    )
    step_accuracy: list[Number] = Field(description="likewise; none where there are no classes")
    epochs: list[Epoch] = Field(description="none on a surface")
    path: list[list[Number]] = Field(
        description="on a surface, the point at the start and after each step"
    )
    final: Metrics = Field(description="of the last parameters, on all training examples")
    diverged_at: int | None = Field(
        description="the step at which the loss, a gradient or a parameter was no finite number"
    )
    failure: str = Field("", description="why the run could not go on, if it could not")
    closed_loop: ClosedLoopRecord | None = None
    seconds: float

    @property
    def held_out(self) -> Metrics | None:
        """The last parameters on examples that are not trained on."""
        return self.epochs[-1].held_out if self.epochs else None

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end."""
        return self.diverged_at is None and not self.failure


class Surface(Encoded):
    """The loss over a plane."""

    axes: list[str] = Field(description="names of the two coordinates")
    x: list[float]
    y: list[float]
    loss: list[list[Number]] = Field(description="a row for each y")
    minimum: list[float] | None


class TaskRecord(Encoded):
    """What was trained."""

    name: str
    title: str
    about: str = Field(description="the data, the model and the loss, in a sentence or two")
    formulas: list[str] = Field(description="the loss and its gradient as LaTeX, if SymPy has them")
    source: str
    url: str
    parameters: int = Field(description="how many numbers are trained")
    train: int = Field(description="training examples; 0 on a surface")
    held_out: int
    batch: int = Field(description="examples that a step is taken on")
    epochs: int = Field(description="0 on a surface")
    steps: int
    format: str


class TrainingRecord(Encoded):
    """All runs on one task."""

    train_version: Literal["1"] = TRAIN_VERSION
    task: TaskRecord
    runs: list[Run] = Field(description="in the order in which they were asked for")
    surface: Surface | None
    environment: Environment
    seconds: float

    @property
    def ranking(self) -> list[Run]:
        """The runs, best first: by the loss on held-out examples, else by the final loss."""

        def rank(run: Run) -> tuple[bool, float]:
            reached = (run.held_out or run.final).loss
            return not run.is_whole or reached != reached, reached

        return sorted(self.runs, key=rank)


def schema() -> str:
    """The JSON schema of a comparison, as published in ``train.schema.json``."""
    made = TrainingRecord.model_json_schema(mode="serialization")
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
