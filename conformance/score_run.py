"""Judging everything that is planted, in parallel, and putting the score together."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from optimspec.conformance.environment import environment
from optimspec.conformance.score import figures, judged, shortfalls
from optimspec.conformance.score_faults import hosts, judged_fault
from optimspec.conformance.score_mutants import known, mutated, pairs, sample
from optimspec.conformance.score_record import FaultOutcome, Mutant, Score
from optimspec.spec import Algorithm

Task = Callable[[], Mutant | FaultOutcome]


@dataclass(frozen=True)
class Selection:
    """What is planted and judged.

    Parameters
    ----------
    bases
        Algorithms into whose equations edits are planted.
    formats
        Parameter formats in which each mutant is judged.
    pairs
        How many pairs of known edits are drawn at random; None for all.
    mutations
        How many systematic mutations of each algorithm are drawn at random; None for all.
    faults
        Whether the faults that equations do not show are judged too.
    only
        Patterns of ids; if there are any, all edits of a mutant have to match one.
    seed
        Every random input follows from it.
    """

    bases: tuple[Algorithm, ...]
    formats: tuple[str, ...]
    pairs: int | None
    mutations: int | None
    faults: bool
    only: tuple[str, ...]
    seed: int

    def takes(self, *ids: str) -> bool:
        """Whether what has these ids is to be judged."""
        return not self.only or all(any(fnmatchcase(i, p) for p in self.only) for i in ids)


def score(
    selection: Selection,
    jobs: int | None = None,
    follow: Callable[[Iterable[Mutant | FaultOutcome], int], Iterable[Mutant | FaultOutcome]] = (
        lambda done, _: done
    ),
) -> Score:
    """Judge what is selected.

    Parameters
    ----------
    selection
        What that is.
    jobs
        How many processes share the work; by default one for each core.
    follow
        Passes results on as they come, with how many there will be, so that progress can be shown.
    """
    began = time.perf_counter()
    combined = [pair for base in selection.bases for pair in pairs(base)]
    chosen = [one for base in selection.bases for one in known(base)]
    for base in selection.bases:
        chosen += sample(mutated(base), selection.mutations, selection.seed)
    chosen += sample(combined, selection.pairs, selection.seed)
    tasks: list[Task] = [
        partial(judged, one, selection.formats, selection.seed)
        for one in chosen
        if selection.takes(*one.edits)
    ]
    if selection.faults:
        tasks += [
            partial(judged_fault, h, selection.seed) for h in hosts() if selection.takes(h.fault)
        ]
    with ProcessPoolExecutor(jobs or os.cpu_count()) as pool:
        done = list(follow(pool.map(_run, tasks), len(tasks)))
    mutants = [each for each in done if isinstance(each, Mutant)]
    faults = [each for each in done if isinstance(each, FaultOutcome)]
    counted = figures(mutants)
    return Score(
        figures=counted,
        shortfalls=shortfalls(counted, faults),
        mutants=mutants,
        faults=faults,
        pairs_possible=len(combined),
        mutations_possible=sum(len(mutated(base)) for base in selection.bases),
        environment=environment(selection.seed),
        seconds=round(time.perf_counter() - began, 1),
    )


def _run(task: Task) -> Mutant | FaultOutcome:
    return task()
