"""Running optimizers on a task, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np

from optimspec.conformance.observe import describe
from optimspec.conformance.protocol import Array, Session
from optimspec.conformance.train_optimizers import Competitor
from optimspec.conformance.train_record import Epoch, Metrics, Run, Trial
from optimspec.conformance.train_task import Problem, Rows

FIRST: Final = -3
"""Where the search for a step size begins: at 0.03."""

LAST: Final = -16
"""It does not go below 1e-8 for a run that comes to its end."""


@dataclass
class Course:
    """What happened in a run, as far as it came.

    Attributes
    ----------
    thetas
        The parameters after each step.
    steps
        What each step began with.
    diverged_at
        The first step at which something was no finite number.
    failure
        What the optimizer raised.
    """

    thetas: list[Sequence[Array]] = field(default_factory=list)
    steps: list[Metrics] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    diverged_at: int | None = None
    failure: str = ""

    @property
    def ended(self) -> bool:
        """Whether it stopped before its time."""
        return self.diverged_at is not None or bool(self.failure)


@np.errstate(all="ignore")  # what a target sets for NumPy ends with its run
def follow(problem: Problem, competitor: Competitor, hyper: Mapping[str, float]) -> Course:
    """Train from the start. Whatever the optimizer raises becomes the course's failure."""
    course, task = Course(), problem.record
    theta: Sequence[Array] = problem.theta0
    batches = problem.batches()
    length = task.steps // task.epochs if task.epochs else task.steps
    _close(problem, course, theta, 0)
    try:
        session = competitor.target.start(theta, hyper, task.format)
        for epoch in range(1, (task.epochs or 1) + 1):
            for rows in islice(batches, length):
                theta = _step(problem, session, course, theta, rows)
                if course.ended:
                    return course
            _close(problem, course, theta, epoch)
    except (Exception, SystemExit) as error:
        course.failure = describe(error)
    return course


def _step(
    problem: Problem, session: Session, course: Course, theta: Sequence[Array], rows: Rows
) -> Sequence[Array]:
    metrics, gradients = problem.gradient(theta, rows)
    course.steps.append(metrics)
    after: Sequence[Array] = []
    if _finite([np.array(metrics.loss), *gradients]):
        after = [np.array(x, dtype=np.float64) for x in session.step(gradients)]
        course.thetas.append(after)
    if not after or not _finite(after):
        course.diverged_at = len(course.steps)
    return after or theta


def _close(problem: Problem, course: Course, theta: Sequence[Array], epoch: int) -> None:
    """Note how good the parameters are at the end of an epoch, if there are any."""
    if problem.record.epochs:
        on_train, held_out = problem.measure(theta), problem.measure(theta, held_out=True)
        course.epochs.append(Epoch(epoch=epoch, train=on_train, held_out=held_out))


def _finite(arrays: Sequence[Array]) -> bool:
    return all(bool(np.all(np.isfinite(array))) for array in arrays)


def choose_alpha(problem: Problem, competitor: Competitor) -> list[Trial]:
    """Whole runs with step sizes half a decade apart, until both neighbours of the best are worse.

    The first that is tried is divided until a run comes to its end. None are returned for an
    optimizer that raises an error.
    """
    reached: dict[int, float] = {}

    def loss(place: int) -> float:
        if place not in reached:
            course = follow(problem, competitor, {**competitor.hyper, "alpha": _rate(place)})
            if course.failure:
                raise _Raised
            reached[place] = _reached(problem, course)
        return reached[place]

    with suppress(_Raised):
        _descend(loss)
        return [Trial(alpha=_rate(place), loss=reached[place]) for place in sorted(reached)]
    return []


class _Raised(Exception):  # noqa: N818 - it is no error of ours
    """An optimizer has raised an error."""


def _descend(loss: Callable[[int], float]) -> None:
    """Ask for losses until neither neighbour of the least is less."""
    best = FIRST
    while loss(best) == np.inf and best > LAST:
        best -= 1
    while True:
        better = min((best - 1, best + 1), key=loss)
        if not loss(better) < loss(best):
            break
        best = better


def _rate(place: int) -> float:
    """A step size: 1, 0.3, 0.1, 0.03... for 0, -1, -2, -3..."""
    return float(f"{10 ** (place / 2):.0e}")


def best_of(trials: Sequence[Trial]) -> float:
    """The step size with the smallest loss, the smaller of equals."""
    return min(trials, key=lambda trial: (trial.loss, trial.alpha)).alpha


def _reached(problem: Problem, course: Course) -> float:
    """The loss at the end of a course; infinite if it has none."""
    loss = problem.measure(_last(problem, course)).loss
    return loss if np.isfinite(loss) and not course.ended else np.inf


def _last(problem: Problem, course: Course) -> Sequence[Array]:
    return course.thetas[-1] if course.thetas else problem.theta0


def run(problem: Problem, competitor: Competitor, alpha: float | None) -> tuple[Run, Course]:
    """One optimizer's run.

    Parameters
    ----------
    alpha
        The step size of an optimizer that was given none; None if it is to be chosen.
    """
    began = time.perf_counter()
    seeks = competitor.seeks_alpha
    trials = choose_alpha(problem, competitor) if seeks and alpha is None else []
    hyper = dict(competitor.hyper)
    if seeks and alpha is not None:
        hyper["alpha"] = alpha
    elif trials:
        hyper["alpha"] = best_of(trials)
    course = follow(problem, competitor, hyper)
    plane = not problem.record.epochs
    made = Run(
        label=competitor.label,
        target=competitor.target.name,
        hyperparameters={**competitor.target.hyperparameters, **hyper},
        trials=trials,
        step_loss=[m.loss for m in course.steps],
        step_accuracy=[m.accuracy for m in course.steps if m.accuracy is not None],
        epochs=course.epochs,
        path=[row[0].tolist() for row in (problem.theta0, *course.thetas)] if plane else [],
        final=problem.measure(_last(problem, course)),
        diverged_at=course.diverged_at,
        failure=course.failure,
        seconds=time.perf_counter() - began,
    )
    return made, course
