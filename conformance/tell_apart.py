"""Telling apart formulas that explain a target equally: inputs on which only one can be right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.observe import Observation
from optimspec.conformance.reckoned import bounds
from optimspec.conformance.search import falsify
from optimspec.reference import Array, Experiment, Float64, Trajectory, error_limit, run
from optimspec.reference.trajectory import history
from optimspec.spec import Algorithm

TRIES: Final = 200
"""Random experiments tried for two formulas before they count as not told apart."""

Explained = Callable[[Algorithm, Observation], bool]
"""Whether a run of the target lies within the limit of a formula."""


def tell_apart(
    bench: Bench, candidates: Sequence[Algorithm], explained: Explained
) -> tuple[list[Algorithm], int]:
    """Find inputs on which candidates differ, run the target there, and keep those that fit.

    Returns
    -------
    tuple
        The candidates that are left: one, or several that no input tried tells apart, or none;
        and how many inputs were tried.
    """
    left = list({algorithm.equations: algorithm for algorithm in reversed(candidates)}.values())
    left.reverse()
    if bench.is_recorded:
        return left, 0
    tried, at = 0, 1
    while at < len(left):
        telling, tries = _telling(bench, left[0], left[at])
        tried += tries
        observation = telling and bench.observe(telling)
        if not observation or observation.failure:
            at += 1
            continue
        bench.finished.append(observation)
        kept = [algorithm for algorithm in left if explained(algorithm, observation)]
        at = at + 1 if len(kept) == len(left) else 1
        left = kept
    return left, tried


def _telling(bench: Bench, one: Algorithm, other: Algorithm) -> tuple[Experiment | None, int]:
    """An experiment on which no run is within the limits of both, if one is found."""
    strategy = bench.random(bench.finest)
    return falsify(strategy, lambda x: differ(one, other, x), examples=TRIES, seed=bench.seed)


def differ(one: Algorithm, other: Algorithm, experiment: Experiment) -> bool:
    """Whether two formulas are farther from each other, somewhere, than both may be off."""
    for mine, its in zip(_reach(one, experiment), _reach(other, experiment), strict=True):
        with np.errstate(invalid="ignore"):
            if np.any(np.abs(mine[0] - its[0]) > mine[1] + its[1]):
                return True
    return False


@lru_cache(maxsize=1024)
def _reach(algorithm: Algorithm, experiment: Experiment) -> list[tuple[Array, Array]]:
    """For each parameter its values, and what an evaluation in the format may be off by."""
    limit = error_limit(algorithm)
    usual: Trajectory[Array] = run(algorithm, Float64(), experiment)
    allowed = bounds(algorithm, experiment)
    return [
        (np.array(history(usual, at, "theta")), limit * allowed[at]["theta"])
        for at in range(len(experiment.theta0))
    ]
