"""Comparing optimizers on one task."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimspec.conformance.environment import environment
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train_certify import certified
from optimspec.conformance.train_exact import ExactProblem
from optimspec.conformance.train_optimizers import competitor
from optimspec.conformance.train_record import Run, Surface, TrainingRecord
from optimspec.conformance.train_run import run
from optimspec.conformance.train_task import Problem, Settings, problem

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
        Whether to put each run of an optimizer that claims a specification beside exact training
        with the edits of it that the optimizer is found to compute.
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
            loop = certified(task, each, made, course, settings.seed)
            made = made.model_copy(update={"closed_loop": loop})
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
