"""Running a program over an experiment, parameter by parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from optimspec.reference.arithmetic import Arithmetic
from optimspec.reference.experiment import Inputs
from optimspec.reference.program import lower
from optimspec.spec import Algorithm

V = TypeVar("V")

Kept = dict[str, V]
Trajectory = list[list[Kept[V]]]
"""What was kept: ``trajectory[step - 1][parameter][variable]``."""


def start(algorithm: Algorithm, arithmetic: Arithmetic[V], experiment: Inputs) -> list[Kept[V]]:
    """The parameters' start values and the state's, in ``arithmetic``."""
    program = lower(algorithm)
    hyper = {name: arithmetic.scalar(value) for name, value in experiment.hyper.items()}
    return [
        program.start(arithmetic, hyper, arithmetic.tensor(x), x.shape) for x in experiment.theta0
    ]


def steps(
    algorithm: Algorithm, arithmetic: Arithmetic[V], experiment: Inputs
) -> Iterator[list[Kept[V]]]:
    """Run ``algorithm`` on ``experiment``, one step at a time.

    A parameter without a gradient sits the step out: its values, its state and its own step
    count stay as they are.
    """
    program = lower(algorithm)
    now = start(algorithm, arithmetic, experiment)
    steps_of = [0] * len(now)
    for step, settings in enumerate(experiment.settings(), start=1):
        with np.errstate(all="ignore"):
            hyper = {name: arithmetic.scalar(value) for name, value in settings.items()}
            theta = [kept["theta"] for kept in now]
            gradients = experiment.gradients_at(step, theta, arithmetic)
            for parameter, gradient in enumerate(gradients):
                if gradient is None:
                    continue
                steps_of[parameter] += 1
                shape = experiment.theta0[parameter].shape
                at = (steps_of[parameter], parameter, len(now))
                now[parameter] = program.step(
                    arithmetic, now[parameter], hyper, gradient, at=at, shape=shape
                )
        yield list(now)


def run(algorithm: Algorithm, arithmetic: Arithmetic[V], experiment: Inputs) -> Trajectory[V]:
    """All of :func:`steps`."""
    return list(steps(algorithm, arithmetic, experiment))


def history(trajectory: Trajectory[V], parameter: int, variable: str) -> list[V]:
    """One variable of one parameter, step by step."""
    return [step[parameter][variable] for step in trajectory]
