"""A training run beside the same run in exact arithmetic: the loop closed through the gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimspec.conformance.measure import ratios
from optimspec.reference import Array, Bounds, run, truth
from optimspec.reference.feedback import Feedback
from optimspec.reference.training import Training, training_limit
from optimspec.reference.truth import TrueValues
from optimspec.spec import Algorithm


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """The parameters of a run beside their true values.

    Attributes
    ----------
    k
        The largest error in units of its bound; inf where a value that is bounded is NaN.
    limit
        The largest k of a faithful run.
    error, bound
        The error and the bound at each step's worst element.
    silent_from
        The first step from which on the limit's worth of the bound is no smaller than the
        movement of any element from its start: what is within it says nothing. None if there is
        no such step.
    """

    k: float
    limit: int
    error: tuple[float, ...]
    bound: tuple[float, ...]
    silent_from: int | None


def closed_loop(
    algorithm: Algorithm,
    training: Training,
    thetas: Sequence[Sequence[Array]],
    arithmetic: type[Bounds] = Feedback,
) -> ClosedLoop:
    """Measure a run against ``algorithm`` trained in exact arithmetic with exact gradients.

    The bound is that of a run whose gradient and state are computed in the parameters' format.

    Parameters
    ----------
    thetas
        The parameters after each step, as long as the run lasted.
    arithmetic
        What follows the roundings; ``Bounds`` follows their sizes alone.

    Raises
    ------
    TruthUndecided
        If no precision decides the true run.
    """
    bounded = run(algorithm, arithmetic(training.arithmetic, {}), training)
    exact = truth(algorithm, replace(training, format="float64"))  # the same in every format
    columns = [
        _columns(
            np.array([row[at] for row in thetas]).reshape(len(thetas), *start.shape),
            true["theta"],
            np.array([row[at]["theta"].bound for row in bounded[: len(thetas)]]),
            start,
        )
        for at, (start, true) in enumerate(zip(training.theta0, exact, strict=True))
    ]
    error, bound, moved = (np.hstack(column) for column in zip(*columns, strict=True))
    ratio = ratios(error, bound)
    limit = training_limit(algorithm, training.task)
    worst = np.arange(len(ratio)), np.argmax(ratio, axis=1)
    return ClosedLoop(
        k=float(np.max(ratio, initial=0.0)),
        limit=limit,
        error=tuple(error[worst].tolist()),
        bound=tuple(bound[worst].tolist()),
        silent_from=_silent_from(limit, bound, moved),
    )


def _columns(got: Array, true: TrueValues, bound: Array, start: Array) -> list[Array]:
    """Error, bound and movement of a parameter, a row for each step."""
    moved = np.abs(true.high[: len(got)] - start)
    return [values.reshape(len(got), -1) for values in (true.error(got), bound, moved)]


def _silent_from(limit: int, bound: Array, moved: Array) -> int | None:
    with np.errstate(over="ignore"):
        tells = np.flatnonzero(np.any(limit * bound < moved, axis=1))
    last = int(tells[-1]) + 1 if tells.size else 0
    return last + 1 if last < len(bound) else None
