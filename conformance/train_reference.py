"""Specifications as optimizers that can be trained with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimspec.conformance.protocol import Array, Capabilities, Session
from optimspec.reference import FORMATS, Experiment, Float64, lower
from optimspec.reference.trajectory import start
from optimspec.spec import Algorithm


@dataclass(frozen=True)
class Reference:
    """A specification at work: its equations in float64, parameters kept in their own format."""

    algorithm: Algorithm

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
        return Capabilities(settable=frozenset(self.algorithm.defaults))

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """The papers' values."""
        return self.algorithm.defaults

    def start(
        self,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> Session:
        """Begin a run."""
        return _Session(self.algorithm, theta0, {**self.algorithm.defaults, **hyper}, format)


class _Session:
    """A specification at work on some parameters."""

    def __init__(
        self,
        algorithm: Algorithm,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002
    ) -> None:
        inputs = Experiment(tuple(theta0), (), hyper, "float64")
        self._now = start(algorithm, Float64(), inputs)
        self._program = lower(algorithm)
        self._hyper = dict(hyper)
        self._format = FORMATS[format]
        self._steps = [0] * len(theta0)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Run the program once for every parameter that has a gradient."""
        arithmetic = Float64()
        hyper = {name: arithmetic.scalar(value) for name, value in self._hyper.items()}
        for at, gradient in enumerate(gradients):
            if gradient is None:
                continue
            self._steps[at] += 1
            place = (self._steps[at], at, len(self._now))
            kept = self._program.step(
                arithmetic, self._now[at], hyper, gradient, at=place, shape=gradient.shape
            )
            self._now[at] = {**kept, "theta": self._format.round(kept["theta"])}
        return [kept["theta"] for kept in self._now]

    def set(self, name: str, value: float) -> None:
        """Change a hyperparameter."""
        self._hyper[name] = value

    def state(self) -> list[dict[str, Array]]:
        """The state by the spec's names."""
        return [{n: x for n, x in kept.items() if n != "theta"} for kept in self._now]

    def state_formats(self) -> dict[str, str]:
        """State is kept in float64."""
        return dict.fromkeys((name for name in self._now[0] if name != "theta"), "float64")
