"""Comparing what a target did with the truth, in units of the derived error bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimspec.conformance.allowance import Loss
from optimspec.conformance.observe import Observation
from optimspec.conformance.observed_bounds import observed_bounds
from optimspec.conformance.reckoned import truth
from optimspec.reference import Array
from optimspec.reference.truth import TrueValues
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
    telling
        How many values may be off, within the limit, by less than they moved from their start.
    strayed
        How many of these are off by at least half of their movement.
    error, bound
        The error and the bound at each step's worst element.
    """

    k: float
    worst: Departure | None
    first: Departure | None
    decided: int
    undecided: int
    telling: int
    strayed: int
    error: tuple[float, ...]
    bound: tuple[float, ...]


def compare(
    algorithm: Algorithm,
    observation: Observation,
    limit: float,
    variable: str = "theta",
    loss: Loss | None = None,
) -> Comparison:
    """Measure one variable of a run against ``algorithm``; ``loss`` as for its bounds."""
    table = _measured(algorithm, observation, variable, loss)
    ratio = ratios(table.error, table.bound)
    steps, columns = np.arange(len(ratio)), np.argmax(ratio, axis=1)
    most = ratio[steps, columns]
    beyond = np.flatnonzero(most > limit)

    def departure(step: int) -> Departure:
        return table.departure(variable, step, columns[step])

    decided = int(np.isfinite(table.bound).sum())
    with np.errstate(over="ignore"):
        telling = limit * table.bound < table.moved
        strayed = telling & (2 * table.error >= table.moved)
    return Comparison(
        k=np.inf if observation.failure else float(np.max(most, initial=0.0)),
        worst=departure(int(np.argmax(most))) if most.size else None,
        first=departure(int(beyond[0])) if beyond.size else None,
        decided=decided,
        undecided=table.bound.size - decided,
        telling=int(telling.sum()),
        strayed=int(strayed.sum()),
        error=tuple(table.error[steps, columns].tolist()),
        bound=tuple(table.bound[steps, columns].tolist()),
    )


def _measured(
    algorithm: Algorithm, observation: Observation, variable: str, loss: Loss | None
) -> _Table:
    """The table of a variable's values, with their errors and bounds."""
    experiment = observation.experiment
    exact = truth(algorithm, experiment)
    allowed = observed_bounds(algorithm, observation, loss)
    starts = experiment.theta0 if variable == "theta" else (np.array(0.0),) * len(exact)
    values = observation.values(variable)
    return _side_by_side(
        [
            _columns(variable, got, true[variable], bound[variable], start)
            for got, true, bound, start in zip(values, exact, allowed, starts, strict=True)
        ]
    )


def _columns(
    variable: str, got: Array, true: TrueValues, bound: Array, start: Array
) -> tuple[Array, ...]:
    """The columns of a table; state may be kept in a wider format than parameters are."""
    shown = true.rounded if variable == "theta" else true.high
    return got, shown, true.error(got), bound, np.abs(true.high - start)


class _Table(NamedTuple):
    """The values of all parameters: a row for each step, a column for each element."""

    ends: Array
    got: Array
    expected: Array
    error: Array
    bound: Array
    moved: Array

    def departure(self, variable: str, step: int, column: int) -> Departure:
        """The value at a row and column."""
        parameter = int(np.searchsorted(self.ends, column, side="right"))
        element = int(column - (self.ends[parameter - 1] if parameter else 0))
        values = (float(x[step, column]) for x in self[1:5])
        return Departure(variable, step + 1, parameter, element, *values)


def _side_by_side(parameters: list[tuple[Array, ...]]) -> _Table:
    """The tensors of all parameters, cut to the steps that were made and flattened."""
    rows = [[x[: len(group[0])].reshape(len(group[0]), -1) for x in group] for group in parameters]
    ends = np.cumsum([group[0].shape[1] for group in rows])
    return _Table(ends, *(np.hstack(columns) for columns in zip(*rows, strict=True)))


def distance(x: Array, y: Array) -> Array:
    """``|x - y|``: NaN where both have overflowed, of which no bound is finite."""
    with np.errstate(invalid="ignore"):
        return np.abs(x - y)


def ratios(error: Array, bound: Array) -> Array:
    """``error / bound``: 0 where anything goes or both are zero, inf where NaN is not due."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = np.where(error == 0, 0.0, error / bound)
    ratio = np.where(np.isnan(ratio), np.inf, ratio)
    return np.where(np.isinf(bound), 0.0, ratio)
