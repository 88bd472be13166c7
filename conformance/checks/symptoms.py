"""What a format of few bits does to the values of a run, and how far that may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimspec.conformance.measure import ratios
from optimspec.conformance.observe import Observation
from optimspec.conformance.observed_bounds import observed_bounds, wider_state
from optimspec.conformance.reckoned import truth
from optimspec.reference import FORMATS, Array, Experiment, Float64, Rounded, run
from optimspec.reference.formats import widest
from optimspec.spec import Algorithm

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that happens to a variable of a run, and not to its true values.

    Attributes
    ----------
    what, where
        What, and of which elements if not of all, in words.
    step
        From which step on.
    k
        The largest error there, in units of the bound: 0 where a faithful evaluation may come
        out as anything.
    """

    variable: str
    what: str
    where: str
    step: int
    k: float

    def __str__(self) -> str:
        return f"{self.variable} {self.what} from step {self.step} on{self.where}"


def symptoms(algorithm: Algorithm, observed: Observation, variable: str) -> Iterator[Symptom]:
    """Where a variable of the only parameter is not finite, or does not move, and its truth is.

    What does not move keeps one value through the second half of the run, in which the truth,
    rounded to the format, takes several.
    """
    got, experiment = _rows(observed.values(variable)[0]), observed.experiment
    start = experiment.theta0[0].reshape(1, -1) if variable == "theta" else np.nan * got[:1]
    lost, still = np.logical_not(np.isfinite(got)), _unmoved(np.concatenate([start, got]))
    if not (lost.any() or still.any()):
        return
    exact = truth(algorithm, experiment)[0][variable]
    shown = _rows(exact.rounded)
    lost = lost & np.isfinite(_rows(exact.high))
    still = still & np.isfinite(shown[-1]) & (shown[len(shown) // 2] != shown[-1])
    ratio = _ratios(algorithm, observed, variable)
    for what, mask in (("is not finite", lost), ("does not move", still)):
        if mask.any():
            where = _where(experiment, np.logical_or.reduce(mask, axis=0))
            yield Symptom(variable, what, where, _first(mask), float(ratio[mask].max()))


def departures(algorithm: Algorithm, observed: Observation, limit: float) -> Iterator[Symptom]:
    """Where the only parameter departs from its true values beyond ``limit`` bounds.

    Each value's bound has at least one rounding of the value. What is nearer than ``limit`` of
    these to a float64 evaluation, whose own errors are lost beside them, is spared the truth.
    """
    experiment = observed.experiment
    got = observed.thetas[-1][0]
    near = run(algorithm, Float64(), experiment)[-1][0]["theta"]
    if np.all(np.abs(got - near) <= limit / 2 * experiment.arithmetic.unit_roundoff * abs(near)):
        return
    ratio = _ratios(algorithm, observed, "theta")
    if (ratio > limit).any():
        yield Symptom("theta", "departs", "", _first(ratio > limit), float(ratio.max()))


def reference(algorithm: Algorithm, observed: Observation) -> Observation:
    """What an evaluation that rounds every operation once does, state kept as it was observed."""
    experiment = observed.experiment
    kept = {n: FORMATS[f] for n, f in wider_state(algorithm, observed).items()}
    own = experiment.arithmetic
    arithmetic = Rounded(widest(own, *kept.values()), {"theta": own, **kept})
    steps = run(algorithm, arithmetic, experiment)
    states: list[Sequence[Mapping[str, Array]]] = [
        [{name: np.asarray(x) for name, x in now.items()} for now in step] for step in steps
    ]
    thetas: list[Sequence[Array]] = [[now["theta"] for now in step] for step in states]
    return Observation(experiment, thetas, states, observed.state_formats)


def _rows(values: Array) -> Array:
    """A row for each step."""
    return values.reshape(len(values), -1)


def _unmoved(values: Array) -> Mask:
    """The steps after which each column keeps its value; none unless for half of the run."""
    same = np.logical_and.accumulate(np.equal(values, values[-1])[::-1], axis=0)[::-1]
    unmoved: Mask = same[:-1] & same[len(values) // 2] & np.isfinite(values[-1])
    return unmoved


def _ratios(algorithm: Algorithm, observed: Observation, variable: str) -> Array:
    """The errors in units of their bounds."""
    got = observed.values(variable)[0]
    error = truth(algorithm, observed.experiment)[0][variable].error(got)
    return _rows(ratios(error, observed_bounds(algorithm, observed)[0][variable]))


def _first(mask: Mask) -> int:
    """The first step of a mask."""
    return int(np.argmax(np.logical_or.reduce(mask, axis=1))) + 1


def _where(experiment: Experiment, columns: Mask) -> str:
    """The gradients of some columns, unless they are all."""
    first = experiment.gradients[0][0]
    if columns.all() or first is None or columns.size != first.size:
        return ""
    sizes = np.abs(first).ravel()
    return f" (gradients of {', '.join(f'{size:.3g}' for size in sizes[columns])})"
