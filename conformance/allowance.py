"""What a run may be off by: the derived error bound, in the formats in which the run was kept."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from optimspec.conformance.observe import Observation
from optimspec.reference import FORMATS, Array, Bounds, Experiment, Followed, run
from optimspec.reference.trajectory import history
from optimspec.spec import Algorithm
from optimspec.spec.symbols import g, is_tensor, theta


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
    kind = Followed if algorithm.multiplies_matrices else Bounds
    state = {n: FORMATS[f] for n, f in state_formats if n in own}
    if loss is None:
        arithmetic = kind(experiment.arithmetic, state)
    elif loss.inside:
        arithmetic = Followed(experiment.arithmetic, state, inside=FORMATS[loss.format])
    else:
        arithmetic = kind(FORMATS[loss.format], {}, coarse_scalars=loss.coarse_scalars)
    bounded = run(algorithm, arithmetic, experiment)
    return [
        {name: np.array([x.bound for x in history(bounded, at, name)]) for name in bounded[0][at]}
        for at in range(len(experiment.theta0))
    ]


def observed_bounds(
    algorithm: Algorithm, observation: Observation, loss: Loss | None = None
) -> list[dict[str, Array]]:
    """The bounds for a run, state kept in wider formats than the parameters' allowed for."""
    wider = tuple(sorted(wider_state(algorithm, observation).items()))
    return bounds(algorithm, observation.experiment, wider, loss)


def wider_state(algorithm: Algorithm, observation: Observation) -> dict[str, str]:
    """The formats of the state variables that a run keeps in wider ones than the parameters.

    State in a narrower format is the target's own choice, and its rounding is counted as error.
    A state variable that is one number for all elements says nothing of the format in which
    tensors are computed.
    """
    return {
        name: kept
        for name, kept in observation.state_formats.items()
        if FORMATS[kept].precision > observation.experiment.arithmetic.precision
        and name not in _numbers(algorithm)
    }


@lru_cache(maxsize=2048)
def _numbers(algorithm: Algorithm) -> frozenset[str]:
    """The variables that are made of hyperparameters, the step and each other alone."""
    tensors = {s.variable for s in algorithm.state if any(map(is_tensor, s.start.free_symbols))}
    found = tensors | {theta}
    while found:
        tensors |= found
        shown = {g, *tensors, *(variable.prev for variable in tensors)}
        found = {e.lhs for e in algorithm.equations if e.rhs.free_symbols & shown} - tensors
    return frozenset(e.lhs.name for e in algorithm.equations if e.lhs not in tensors)
