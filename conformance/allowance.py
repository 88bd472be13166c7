"""What a run may be off by: the derived error bound, and losses of precision beyond it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from optimspec.reference import Array, Bounds, Experiment, Followed, run
from optimspec.reference.trajectory import history
from optimspec.spec import Algorithm

Allowed = list[dict[str, Array]]
"""For each parameter, the bounds of its values and of its state's by name."""


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
    inside
        Whether only what no later step sees is rounded so; for products of matrices.
    """

    format: str
    coarse_scalars: bool
    said: str
    inside: bool = False


@lru_cache(maxsize=2048)
def computed_bounds(
    algorithm: Algorithm,
    experiment: Experiment,
    state_formats: tuple[tuple[str, str], ...] = (),
    loss: Loss | None = None,
) -> Allowed:
    """For each parameter and variable the error bound E, steps along the first axis.

    Parameters
    ----------
    state_formats
        Formats of state variables kept in another one than the parameters.
    loss
        A loss of precision to allow for beyond the parameters' rounding.
    """
    own = {s.variable.name for s in algorithm.state}
    kind = Followed if algorithm.multiplies_matrices else Bounds
    state = {n: experiment.kept_in(f) for n, f in state_formats if n in own}
    if loss is None:
        arithmetic = kind(experiment.arithmetic, state)
    elif loss.inside:
        inside = experiment.kept_in(loss.format)
        arithmetic = Followed(experiment.arithmetic, state, inside=inside)
    else:
        lossy = experiment.kept_in(loss.format)
        arithmetic = kind(lossy, {}, coarse_scalars=loss.coarse_scalars)
    bounded = run(algorithm, arithmetic, experiment)
    return [
        {name: np.array([x.bound for x in history(bounded, at, name)]) for name in bounded[0][at]}
        for at in range(len(experiment.theta0))
    ]
