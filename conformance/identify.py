"""Identification: which edits of an algorithm explain what a target does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.measure import Loss, bounds, compare
from optimspec.conformance.observe import Observation
from optimspec.reference import FLOAT32, Array, Float64, Trajectory, error_limit, run, truth
from optimspec.reference.trajectory import history
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
    loss
        The loss of precision with which it explains the target, or None.
    """

    algorithm: Algorithm
    others: tuple[Algorithm, ...]
    loss: Loss | None


def losses(finest: str) -> tuple[Loss, ...]:
    """The losses to think of where no formula fits to within the finest format's rounding."""
    if finest == "float64":
        return (
            Loss("float32", False, "to the accuracy of float32"),
            Loss("float32", True, "to the accuracy of float32, its scalars included"),
        )
    return (Loss(finest, True, f"with scalars computed in {finest}"),)


def identify(bench: Bench, bases: Iterable[Algorithm]) -> Identified | None:
    """Find the edits of one of ``bases`` that explain the target.

    Every curated case in the finest format must lie within the error limit; where nothing does,
    then with a loss of precision and at most one edit. A base with a hyperparameter that the
    target has not cannot be what it computes.
    """
    bases = tuple(base for base in bases if base.defaults.keys() <= bench.settings.keys())
    attempts: list[tuple[Loss | None, int]] = [(None, size) for size in range(MOST_EDITS + 1)]
    attempts += [(loss, size) for loss in losses(bench.finest) for size in range(2)]
    for loss, size in attempts:
        candidates = (c for base in bases for c in edited(bench, base, size))
        found = [c for c in candidates if explains(bench, c, loss)]
        if found:
            first, *others = sorted(found, key=_blame)
            return Identified(first, tuple(others), loss)
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


def explains(bench: Bench, algorithm: Algorithm, loss: Loss | None = None) -> bool:
    """Whether every curated case that ran lies within the limit of ``algorithm``.

    An edit that leaves a value undefined does not explain a target that has one. And a loss of
    precision explains nothing where it allows for more than the parameters move: then most values
    would fit any formula.
    """
    if loss is None and not _plausible(bench, algorithm):
        return False
    limit, telling, decided = error_limit(algorithm), 0, 0
    for case in bench.cases(bench.finest):
        observation = bench.observe(case.experiment)
        if observation.failure:
            continue
        if algorithm.edits and _undefined(algorithm, observation):
            return False
        comparison = compare(algorithm, observation, limit, loss=loss)
        if comparison.k > limit:
            return False
        telling += comparison.telling
        decided += comparison.decided
    return loss is None or 2 * telling > decided


def _undefined(algorithm: Algorithm, observation: Observation) -> bool:
    """Whether the equations give NaN, exactly and in float64, where the target gives a number."""
    exact = truth(algorithm, observation.experiment)
    usual: Trajectory[Array] = run(algorithm, Float64(), observation.experiment)
    return any(
        bool(np.any(np.isnan(true["theta"].high) & np.isnan(near) & np.isfinite(got)))
        for at, (got, true) in enumerate(zip(observation.values("theta"), exact, strict=True))
        for near in [np.array(history(usual, at, "theta"))]
    )


def _plausible(bench: Bench, algorithm: Algorithm) -> bool:
    """A quick test that no faithful implementation fails: half of the digits agree."""
    cases = (case for name in TELLING if (case := bench.case(name, bench.finest)))
    return all(_resembles(algorithm, bench.observe(case.experiment)) for case in cases)


def _resembles(algorithm: Algorithm, observation: Observation) -> bool:
    """Whether half of the digits agree, or what a narrow format lets be off, if that is more."""
    experiment = observation.experiment
    half, limit = experiment.arithmetic.unit_roundoff**0.5, error_limit(algorithm)
    narrow = experiment.arithmetic.precision < FLOAT32.precision
    bounded = bounds(algorithm, experiment) if narrow else []
    expected: Trajectory[Array] = run(algorithm, Float64(), experiment)
    for step, (thetas, row) in enumerate(zip(observation.thetas, expected, strict=False)):
        for at, (got, start) in enumerate(zip(thetas, experiment.theta0, strict=True)):
            value = row[at]["theta"]
            allowed = half * (np.abs(value - start) + np.abs(value))
            if narrow:
                allowed = np.maximum(allowed, limit * bounded[at]["theta"][step])
            with np.errstate(invalid="ignore"):
                close = np.abs(got - value) <= allowed
            if not np.all(close | np.isinf(allowed)):
                return False
    return True
