"""Comparing what a target did with the truth, in units of the derived error bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from optimspec.conformance.observe import Observation
from optimspec.reference import FORMATS, Array, Bounded, Bounds, Experiment, Trajectory, run, truth
from optimspec.spec import Algorithm


@dataclass(frozen=True, slots=True)
class Departure:
    """One value of a run beside its truth. Steps count from 1, the rest from 0."""

    variable: str
    step: int
    parameter: int
    element: int
    got: float
    expected: float
    error: float
    bound: float

    @property
    def ratio(self) -> float:
        """The error in units of the bound."""
        return _ratio(np.array(self.error), np.array(self.bound)).item()

    def __str__(self) -> str:
        where = f"step {self.step}, parameter {self.parameter}, element {self.element}"
        return (
            f"{self.variable} at {where}: got {self.got:.17g}, the equations give "
            f"{self.expected:.17g} (error {self.error:.3g}, bound {self.bound:.3g})"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside the truth.

    Attributes
    ----------
    k
        The largest error in units of its bound; inf where a value that is bounded is NaN, or
        the run ended early.
    worst
        Where it is.
    first
        The first value beyond the limit given, in the order of steps.
    decided, undecided
        How many values have a finite bound, and how many can be anything in this format.
    error, bound
        The error and the bound at each step's worst element.
    """

    k: float
    worst: Departure | None
    first: Departure | None
    decided: int
    undecided: int
    error: tuple[float, ...]
    bound: tuple[float, ...]


@lru_cache(maxsize=1024)
def bounds(
    algorithm: Algorithm,
    experiment: Experiment,
    state_formats: tuple[tuple[str, str], ...] = (),
    accuracy: str = "",
) -> Trajectory[Bounded]:
    """The values and error bounds of ``algorithm`` on ``experiment``.

    Parameters
    ----------
    state_formats
        Formats of state variables kept in another one than the parameters.
    accuracy
        The format whose rounding is allowed for, if not the parameters'.
    """
    own = {s.variable.name for s in algorithm.state}
    state = {} if accuracy else {n: FORMATS[f] for n, f in state_formats if n in own}
    return run(algorithm, Bounds(FORMATS[accuracy or experiment.format], state), experiment)


def compare(
    algorithm: Algorithm,
    observation: Observation,
    limit: float,
    variable: str = "theta",
    accuracy: str = "",
) -> Comparison:
    """Measure one variable of a run against ``algorithm``; ``accuracy`` as for bounds."""
    formats = tuple(sorted(observation.state_formats.items()))
    exact = truth(algorithm, observation.experiment)
    accuracy = "" if accuracy == observation.experiment.format else accuracy
    bounded = bounds(algorithm, observation.experiment, formats, accuracy)
    worst: Departure | None = None
    first: Departure | None = None
    decided = undecided = 0
    errors, limits = [], []
    for step, row in enumerate(_observed(observation, variable)):
        at_step: Departure | None = None
        for parameter, got in enumerate(row):
            true, bound = exact[step][parameter][variable], bounded[step][parameter][variable]
            finite = np.isfinite(bound.bound)
            decided += int(finite.sum())
            undecided += int((~finite).sum())
            found = _largest(
                variable, step, parameter, got, true.high, true.error(got), bound.bound
            )
            if at_step is None or (found is not None and found.ratio > at_step.ratio):
                at_step = found
        if at_step is None:
            continue
        errors.append(at_step.error)
        limits.append(at_step.bound)
        worst = at_step if worst is None or at_step.ratio > worst.ratio else worst
        first = at_step if first is None and at_step.ratio > limit else first
    k = worst.ratio if worst is not None else 0.0
    return Comparison(
        np.inf if observation.failure else k, worst, first, decided, undecided,
        tuple(errors), tuple(limits),
    )  # fmt: skip


def _observed(observation: Observation, variable: str) -> Iterator[list[Array]]:
    for thetas, states in zip(observation.thetas, observation.states, strict=True):
        yield list(thetas) if variable == "theta" else [state[variable] for state in states]


def _largest(
    variable: str,
    step: int,
    parameter: int,
    got: Array,
    expected: Array,
    error: Array,
    bound: Array,
) -> Departure | None:
    """The element of a tensor whose error is the most bounds."""
    if not got.size:
        return None
    ratio = _ratio(error, bound)
    at = int(np.argmax(ratio))
    got, expected, error, bound = (np.ravel(x) for x in (got, expected, error, bound))
    return Departure(
        variable, step + 1, parameter, at,
        float(got[at]), float(expected[at]), float(error[at]), float(bound[at]),
    )  # fmt: skip


def _ratio(error: Array, bound: Array) -> Array:
    """``error / bound``: 0 where anything goes or both are zero, inf where NaN is not due."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(error == 0, 0.0, error / bound)
    ratio = np.where(np.isnan(ratio), np.inf, ratio)
    return np.where(np.isinf(bound), 0.0, ratio)
