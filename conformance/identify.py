"""Identification: which edits of an algorithm explain what a target does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.measure import compare, observed_bounds
from optimspec.conformance.observe import Observation
from optimspec.reference import FLOAT32, FORMATS, Array, Float64, Trajectory, error_limit, run
from optimspec.spec import Algorithm, Edit, EditDoesNotApply, Kind, edits_of

MOST_EDITS: Final = 3
"""The largest combination of edits that is tried."""

TELLING: Final = ("eps-large", "shapes", "exact-scalars", "betas-equal", "one-step", "schedule")
"""Cases that are short and differ from each other: few wrong candidates survive them."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a target computes.

    Attributes
    ----------
    algorithm
        The claimed algorithm with the fewest edits that explain the target, variants before bugs.
    others
        Those with as many edits that explain it equally on what was run.
    accuracy
        The format in whose rounding it explains the target; narrower than the parameters' where
        the target loses precision on the way.
    """

    algorithm: Algorithm
    others: tuple[Algorithm, ...]
    accuracy: str


def identify(bench: Bench, bases: Iterable[Algorithm]) -> Identified | None:
    """Find the edits of one of ``bases`` that explain the target.

    Every curated case in the finest format must lie within the error limit, first at that
    format's accuracy; where nothing does, then up to one edit at the accuracy of a narrower one.
    A base with a hyperparameter that the target has not cannot be what it computes.
    """
    bases = tuple(base for base in bases if base.defaults.keys() <= bench.settings.keys())
    for accuracy in FORMATS:
        if FORMATS[accuracy].precision > FORMATS[bench.finest].precision:
            continue
        for size in range((MOST_EDITS if accuracy == bench.finest else 1) + 1):
            candidates = (c for base in bases for c in edited(bench, base, size))
            found = [c for c in candidates if explains(bench, c, accuracy)]
            if found:
                first, *others = sorted(found, key=_blame)
                return Identified(first, tuple(others), accuracy)
    return None


def _blame(algorithm: Algorithm) -> int:
    return sum(edit.kind is Kind.BUG for edit in algorithm.edits)


def edited(bench: Bench, base: Algorithm, size: int) -> Iterator[Algorithm]:
    """Every edit of ``base`` by ``size`` of its known edits that applies to the target."""
    possible = [edit for edit in edits_of(base) if _meaningful(bench, edit)]
    for chosen in combinations(possible, size):
        try:
            yield base.edited(*chosen)
        except EditDoesNotApply:
            continue


def _meaningful(bench: Bench, edit: Edit) -> bool:
    """Whether the target has a nonzero value for every hyperparameter the edit needs."""
    return all(bench.settings.get(h.name) for h in edit.hyperparameters)


def explains(bench: Bench, algorithm: Algorithm, accuracy: str) -> bool:
    """Whether every curated case that ran lies within the limit of ``algorithm``."""
    if not _plausible(bench, algorithm, accuracy):
        return False
    limit = error_limit(algorithm)
    return all(
        compare(algorithm, observation, limit, accuracy=accuracy).k <= limit
        for case in bench.cases(bench.finest)
        if not (observation := bench.observe(case.experiment)).failure
    )


def _plausible(bench: Bench, algorithm: Algorithm, accuracy: str) -> bool:
    """A quick test that no faithful implementation fails: half of the digits agree.

    NaN agrees with nothing; where a format overflows, anything goes.
    """
    cases = (case for name in TELLING if (case := bench.case(name, bench.finest)))
    return all(_resembles(algorithm, bench.observe(case.experiment), accuracy) for case in cases)


def _resembles(algorithm: Algorithm, observation: Observation, accuracy: str) -> bool:
    experiment, arithmetic = observation.experiment, FORMATS[accuracy]
    half, limit = arithmetic.unit_roundoff**0.5, error_limit(algorithm)
    overflows = arithmetic.precision < FLOAT32.precision
    bounded = observed_bounds(algorithm, observation, accuracy) if overflows else []
    expected: Trajectory[Array] = run(algorithm, Float64(), experiment)
    for step, (thetas, row) in enumerate(zip(observation.thetas, expected, strict=False)):
        for at, (got, start) in enumerate(zip(thetas, experiment.theta0, strict=True)):
            value = row[at]["theta"]
            allowed = half * (np.abs(value - start) + np.abs(value))
            if overflows:
                allowed = np.maximum(allowed, limit * bounded[at]["theta"][step])
            with np.errstate(invalid="ignore"):
                close = np.abs(got - value) <= allowed
            if not np.all(close | np.isinf(allowed)):
                return False
    return True
