"""Running a target over an experiment and keeping what it did."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimspec.conformance.protocol import Array, Experiment, Target
from optimspec.conformance.visible import excerpt, one_line

_LONGEST: Final = 1000
"""Characters of a message or a line of code that are shown."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a target did.

    Attributes
    ----------
    experiment
        The inputs, with the formats whose subnormal numbers the target takes for zero.
    thetas
        The parameters after each step: ``thetas[step - 1][parameter]``.
    states
        The state after each step by spec name, likewise; {} where it is not known.
    state_formats
        The formats the state is kept in.
    failure
        Why the run ended early, or "".
    """

    experiment: Experiment
    thetas: list[Sequence[Array]]
    states: list[Sequence[Mapping[str, Array]]]
    state_formats: Mapping[str, str]
    failure: str = ""

    def shows(self, variable: str) -> bool:
        """Whether the values of a variable are known."""
        states = [state for row in self.states for state in row]
        return variable == "theta" or (bool(states) and all(variable in s for s in states))

    def values(self, variable: str) -> list[Array]:
        """One variable of every parameter, the steps that were made along the first axis."""
        rows = (
            self.thetas
            if variable == "theta"
            else [[state[variable] for state in states] for states in self.states]
        )
        return [
            np.reshape([row[at] for row in rows], (len(rows), *np.shape(rows[0][at])))
            if rows
            else np.empty((0, *theta0.shape))
            for at, theta0 in enumerate(self.experiment.theta0)
        ]


@np.errstate()  # what a target sets for NumPy ends with its run
def observe(target: Target, experiment: Experiment) -> Observation:
    """Run ``target`` on ``experiment``. Whatever it raises becomes the observation's failure.

    Only a MemoryError is raised on: it would be the same in every run, and take long in each.
    """
    experiment = replace(experiment, flushed=target.capabilities.flushed)
    thetas: list[Sequence[Array]] = []
    states: list[Sequence[Mapping[str, Array]]] = []
    formats: Mapping[str, str] = {}
    settable = target.capabilities.settable
    hyper = {name: value for name, value in experiment.hyper.items() if name in settable}
    try:
        session = target.start(experiment.theta0, hyper, experiment.format)
        for step, gradients in enumerate(experiment.gradients, start=1):
            for name, value in experiment.changes.get(step, {}).items():
                session.set(name, value)
            after = session.step(gradients)
            _require_shapes(after, experiment.theta0)
            thetas.append([np.array(theta, dtype=np.float64) for theta in after])
            states.append([{n: np.array(x) for n, x in s.items()} for s in session.state()])
        formats = dict(session.state_formats())
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        return Observation(experiment, thetas, states, formats, describe(error))
    return Observation(experiment, thetas, states, formats)


def _require_shapes(got: Sequence[Array], expected: Sequence[Array]) -> None:
    shapes = [np.shape(theta) for theta in got]
    wanted = [np.shape(theta) for theta in expected]
    if shapes != wanted:
        raise ValueError(
            f"A step must return every parameter in its own shape: it returned {shapes}, and the "
            f"parameters have {wanted}."
        )


def describe(error: BaseException) -> str:
    """An exception in one line: its type, its message, and the line that raised it."""
    try:
        message = str(error)
    except Exception:
        message = "(it has no message that can be shown)"
    frames = traceback.extract_tb(error.__traceback__)
    at = ""
    if frames and (line := frames[-1].line):
        at = f" (line {frames[-1].lineno} of {_quoted(frames[-1].name)}: `{_quoted(line)}`)"
    return f"{_quoted(type(error).__name__)}: {_quoted(message)}{at}"


def _quoted(text: str) -> str:
    return one_line(excerpt(text, _LONGEST))
