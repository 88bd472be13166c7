"""Targets made of equations: any algorithm, edited or not, as an implementation to judge.

The suite is tested on them: what an edit changes, the checks must see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimspec.conformance.protocol import Array, Capabilities
from optimspec.reference import FORMATS, Experiment, Rounded, lower
from optimspec.reference.trajectory import start
from optimspec.spec import Algorithm


@dataclass(frozen=True)
class Specimen:
    """An algorithm evaluated faithfully, each operation rounded once.

    Attributes
    ----------
    format
        The format of operations and state; by default the parameters' own.
    """

    algorithm: Algorithm
    format: str = field(default="", kw_only=True)

    @property
    def name(self) -> str:
        """The algorithm's name with its edits."""
        return "+".join([self.algorithm.name, *(edit.id for edit in self.algorithm.edits)])

    @property
    def claim(self) -> str:
        """The algorithm before its edits."""
        return self.algorithm.name

    @property
    def capabilities(self) -> Capabilities:
        """Every format, every hyperparameter."""
        names = frozenset(self.algorithm.defaults)
        return Capabilities(settable=names, schedulable=names)

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """The papers' values."""
        return self.algorithm.defaults

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> SpecimenSession:
        """Begin a run."""
        settings = {**self.algorithm.defaults, **hyper}
        return self._session(Experiment(tuple(theta0), (), settings, format))

    def _session(self, experiment: Experiment) -> SpecimenSession:
        return SpecimenSession(self.algorithm, experiment, self.format or experiment.format)


class SpecimenSession:
    """A run of a specimen, step by step."""

    def __init__(
        self,
        algorithm: Algorithm,
        experiment: Experiment,
        format: str,  # noqa: A002
    ) -> None:
        self._arithmetic = Rounded(FORMATS[format], {"theta": experiment.arithmetic})
        self._program = lower(algorithm)
        self._hyper = dict(experiment.hyper)
        self._now: list[dict[str, Any]] = start(algorithm, self._arithmetic, experiment)
        self._steps = [0] * len(self._now)
        self._format = format

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Run the program once for every parameter that has a gradient."""
        hyper = {name: self._arithmetic.scalar(value) for name, value in self._hyper.items()}
        for at, gradient in enumerate(gradients):
            if gradient is not None:
                self._steps[at] += 1
                with np.errstate(all="ignore"):
                    self._now[at] = self._program.step(
                        self._arithmetic,
                        self._now[at],
                        hyper,
                        self._arithmetic.tensor(gradient),
                        at=(self._steps[at], at, len(self._now)),
                        shape=gradient.shape,
                    )
        return [np.asarray(kept["theta"]) for kept in self._now]

    def set(self, name: str, value: float) -> None:
        """Change a hyperparameter."""
        self._hyper[name] = value

    def load(self, values: Sequence[Mapping[str, Array]], step: int | None = None) -> None:
        """Overwrite parameters and state by the spec's names, and the number of steps made."""
        for at, given in enumerate(values):
            self._now[at] |= {name: self._arithmetic.tensor(x) for name, x in given.items()}
            self._steps[at] = self._steps[at] if step is None else step

    def state(self) -> list[dict[str, Array]]:
        """The state by the spec's names."""
        return [
            {name: np.asarray(x) for name, x in kept.items() if name != "theta"}
            for kept in self._now
        ]

    def state_formats(self) -> dict[str, str]:
        """The state is kept in the format of operations."""
        return {name: self._format for name in self._now[0] if name != "theta"}
