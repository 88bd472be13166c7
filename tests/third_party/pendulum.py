"""A library whose optimizers are rules of motion, and what makes a rule a target of optimspec."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimspec.conformance.protocol import Array, Capabilities, NotATarget

Push = Callable[[Array, Array, Array, float, float], tuple[Array, Array]]
"""From position, velocity, slope, rate and friction to the new position and velocity."""


@dataclass(frozen=True)
class Rule:
    """How a slope moves a pendulum."""

    push: Push
    rate: float = 0.01
    friction: float = 0.1


def _fall(
    x: Array, velocity: Array, slope: Array, rate: float, friction: float
) -> tuple[Array, Array]:
    velocity = (1 - friction) * velocity + slope
    return x - rate * velocity, velocity


def _float(
    x: Array, velocity: Array, slope: Array, rate: float, friction: float
) -> tuple[Array, Array]:
    velocity = (1 - friction) * velocity + friction * slope
    return x - rate * velocity, velocity


falling = Rule(_fall)
floating = Rule(_float)

_SETTINGS = frozenset({"alpha", "mu"})


class _Session:
    """A rule at work."""

    def __init__(self, rule: Rule, theta0: Sequence[Array], hyper: dict[str, float]) -> None:
        self.rule, self.hyper = rule, hyper
        self.thetas = [np.array(theta) for theta in theta0]
        self.velocities = [np.zeros_like(theta) for theta in theta0]

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        rate, friction = self.hyper["alpha"], 1 - self.hyper["mu"]
        for at, slope in enumerate(gradients):
            if slope is not None:
                self.thetas[at], self.velocities[at] = self.rule.push(
                    self.thetas[at], self.velocities[at], slope, rate, friction
                )
        return self.thetas

    def set(self, name: str, value: float) -> None:
        self.hyper[name] = value

    def state(self) -> list[dict[str, Array]]:
        return [{"b": velocity} for velocity in self.velocities]

    def state_formats(self) -> dict[str, str]:
        return {"b": "float64"}


@dataclass(frozen=True)
class _Target:
    """A rule under test."""

    name: str
    rule: Rule
    claim = "momentum"
    capabilities = Capabilities(("float64",), settable=_SETTINGS, schedulable=_SETTINGS)

    @property
    def hyperparameters(self) -> dict[str, float]:
        return {"alpha": self.rule.rate, "mu": 1 - self.rule.friction}

    def start(self, theta0: Sequence[Array], hyper: Mapping[str, float], format: str) -> _Session:
        del format  # there is but one
        return _Session(self.rule, theta0, {**self.hyperparameters, **hyper})


def adapt(thing: object, arguments: Mapping[str, object], name: str) -> _Target | None:
    """Make a target of a rule."""
    if not isinstance(thing, Rule):
        return None
    if arguments:
        raise NotATarget(f"A rule takes no arguments; found {', '.join(arguments)}.")
    return _Target(name, thing)


@dataclass(frozen=True)
class _Listed:
    """A target with the verdict that it must get."""

    reference: str
    about: str
    verdict: str
    edits: tuple[str, ...] = ()
    spec: str = "momentum"
    args: Mapping[str, object] = field(default_factory=dict)


LISTED = (
    _Listed("pendulum:falling", "Momentum, whose share is what friction leaves.", "conforms"),
    _Listed(
        "pendulum:floating",
        "The same with an average of the slopes.",
        "variant",
        ("momentum-as-average",),
    ),
)
