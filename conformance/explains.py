"""Whether a formula explains what a target did, to within the error limit."""

from __future__ import annotations

import numpy as np

from optimspec.conformance.allowance import Loss
from optimspec.conformance.bench import Bench
from optimspec.conformance.measure import compare
from optimspec.conformance.observe import Observation
from optimspec.conformance.reckoned import truth
from optimspec.conformance.screen import all_of
from optimspec.reference import (
    Array,
    Float64,
    Trajectory,
    TruthUndecided,
    error_limit,
    run,
)
from optimspec.reference.trajectory import history
from optimspec.spec import Algorithm


def explains(bench: Bench, algorithm: Algorithm, loss: Loss | None = None) -> bool:
    """Whether every curated case that ran lies within the limit of ``algorithm``.

    A loss of precision explains nothing where it allows for more than the parameters move: then
    most values would fit any formula.
    """
    if not all_of(bench.finished, lambda run: explained(algorithm, run, loss)):
        return False
    if loss is None:
        return True
    limit = error_limit(algorithm)
    measured = [compare(algorithm, run, limit, loss=loss) for run in bench.finished]
    return 2 * sum(c.telling for c in measured) > sum(c.decided for c in measured)


def explained(algorithm: Algorithm, observation: Observation, loss: Loss | None = None) -> bool:
    """Whether one run lies within the limit of ``algorithm``.

    An edit that leaves a value undefined does not explain a target that has one, nor does one
    whose value no precision decides.
    """
    limit = error_limit(algorithm)
    try:
        if algorithm.edits and _undefined(algorithm, observation):
            return False
        return compare(algorithm, observation, limit, loss=loss).k <= limit
    except TruthUndecided:
        if algorithm.edits:
            return False
        raise


def _undefined(algorithm: Algorithm, observation: Observation) -> bool:
    """Whether the equations give NaN, exactly and in float64, where the target gives a number."""
    usual: Trajectory[Array] = run(algorithm, Float64(), observation.experiment)
    values = observation.values("theta")
    near = [np.array(history(usual, at, "theta")) for at in range(len(values))]
    suspect = [np.isnan(x) & np.isfinite(got) for x, got in zip(near, values, strict=True)]
    if not any(map(np.any, suspect)):
        return False
    exact = truth(algorithm, observation.experiment)
    return any(
        bool(np.any(np.isnan(true["theta"].high) & at))
        for true, at in zip(exact, suspect, strict=True)
    )
