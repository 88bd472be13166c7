"""Comparing optimizers on one task."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimspec.conformance.environment import environment
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train_check import closed_loop
from optimspec.conformance.train_exact import ExactProblem
from optimspec.conformance.train_optimizers import Competitor, competitor
from optimspec.conformance.train_record import ClosedLoopRecord, Run, Surface, TrainingRecord
from optimspec.conformance.train_run import Course, run
from optimspec.conformance.train_task import Problem, Settings, problem
from optimspec.reference import TruthUndecided

CHOSEN: Final = "chosen"
"""The step size of an optimizer that was given none is sought."""

OWN: Final = "own"
"""An optimizer that was given no step size keeps its default."""


def train(
    settings: Settings,
    optimizers: Sequence[str],
    *,
    rate: float | str = CHOSEN,
    certify: bool = False,
    follow: Callable[[str], None] | None = None,
) -> TrainingRecord:
    """Train with every optimizer from the same start, on the same batches.

    Parameters
    ----------
    settings
        The task.
    optimizers
        As ``train_optimizers.competitor`` takes them.
    rate
        The step size for those that are given none: a number, :data:`CHOSEN` or :data:`OWN`.
    certify
        Whether to put each run whose specification is known beside exact training.
    follow
        Called with the label of each optimizer as its turn comes.

    Raises
    ------
    CannotLoad
        If the task or an optimizer cannot be had.
    """
    began = time.perf_counter()
    task = problem(settings)
    if certify and not isinstance(task, ExactProblem):
        raise CannotLoad(
            f"Exact training needs a gradient from SymPy; {settings.name} is trained by autograd. "
            f"Give --certify with another --task."
        )
    competitors = [competitor(text) for text in optimizers]
    runs = []
    for each in competitors:
        if follow:
            follow(each.label)
        asked = replace(each, seeks_alpha=False) if rate == OWN else each
        made, course = run(task, asked, None if isinstance(rate, str) else rate)
        if certify and isinstance(task, ExactProblem) and each.algorithm is not None:
            made = made.model_copy(update={"closed_loop": _certified(task, each, made, course)})
        runs.append(made)
    return TrainingRecord(
        task=task.record,
        runs=runs,
        surface=_surface(task, runs),
        environment=environment(settings.seed),
        seconds=time.perf_counter() - began,
    )


def _surface(task: Problem, runs: Sequence[Run]) -> Surface | None:
    paths = [np.array(made.path) for made in runs]
    return task.surface(paths) if isinstance(task, ExactProblem) else None


def _certified(
    task: ExactProblem, each: Competitor, made: Run, course: Course
) -> ClosedLoopRecord | None:
    """The run beside exact training; None if it has no step, or no precision decides the truth."""
    algorithm = each.algorithm
    if algorithm is None or not course.thetas:
        return None
    known = {name: made.hyperparameters.get(name, 0.0) for name in algorithm.defaults}
    inputs = task.training(known, len(course.thetas))
    try:
        found = closed_loop(algorithm, inputs, course.thetas)
    except TruthUndecided:
        return None
    return ClosedLoopRecord(
        algorithm="+".join([algorithm.name, *(edit.id for edit in algorithm.edits)]),
        k=found.k,
        limit=found.limit,
        silent_from=found.silent_from,
        error=list(found.error),
        bound=list(found.bound),
    )
