"""What a run may be off by: the derived error bound, in the formats in which the run was kept."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from optimspec.conformance.observe import Observation
from optimspec.reference import FORMATS, Array, Bounds, Experiment, run
from optimspec.reference.trajectory import history
from optimspec.spec import Algorithm


class Loss(NamedTuple):
    """A way to lose precision that leaves the formula right.

    Attributes
    ----------
    format
        Name of the format that everything is rounded to on the way.
    coarse_scalars
        Whether what depends on hyperparameters and the step alone is computed in it too.
    said
        The loss in words.
    """

    format: str
    coarse_scalars: bool
    said: str


@lru_cache(maxsize=2048)
def bounds(
    algorithm: Algorithm,
    experiment: Experiment,
    state_formats: tuple[tuple[str, str], ...] = (),
    loss: Loss | None = None,
) -> list[dict[str, Array]]:
    """For each parameter and variable the error bound E, steps along the first axis.

    Parameters
    ----------
    state_formats
        Formats of state variables kept in another one than the parameters.
    loss
        A loss of precision to allow for beyond the parameters' rounding.
    """
    own = {s.variable.name for s in algorithm.state}
    if loss is None:
        state = {n: FORMATS[f] for n, f in state_formats if n in own}
        arithmetic = Bounds(experiment.arithmetic, state)
    else:
        arithmetic = Bounds(FORMATS[loss.format], {}, coarse_scalars=loss.coarse_scalars)
    bounded = run(algorithm, arithmetic, experiment)
    return [
        {name: np.array([x.bound for x in history(bounded, at, name)]) for name in bounded[0][at]}
        for at in range(len(experiment.theta0))
    ]


def observed_bounds(
    algorithm: Algorithm, observation: Observation, loss: Loss | None = None
) -> list[dict[str, Array]]:
    """The bounds for a run, state kept in wider formats than the parameters' allowed for.

    State in a narrower format is the target's own choice, and its rounding is counted as error.
    """
    experiment = observation.experiment
    wider = sorted(
        (name, kept)
        for name, kept in observation.state_formats.items()
        if FORMATS[kept].precision > experiment.arithmetic.precision
    )
    return bounds(algorithm, experiment, tuple(wider), loss)
