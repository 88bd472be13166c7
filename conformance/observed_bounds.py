"""What an observed run may be off by, in the formats in which it was kept."""

from __future__ import annotations

from functools import lru_cache

from optimspec.conformance.allowance import Allowed, Loss
from optimspec.conformance.observe import Observation
from optimspec.conformance.reckoned import bounds
from optimspec.reference import FORMATS
from optimspec.spec import Algorithm
from optimspec.spec.symbols import g, is_tensor, theta


def observed_bounds(
    algorithm: Algorithm, observation: Observation, loss: Loss | None = None
) -> Allowed:
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
