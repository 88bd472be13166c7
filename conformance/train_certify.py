"""Putting a run of a comparison beside exact training with the equations that it computes."""

from __future__ import annotations

from typing import NamedTuple

from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.options import CASES
from optimspec.conformance.identify import identify
from optimspec.conformance.protocol import FORMATS, Target
from optimspec.conformance.train_check import closed_loop
from optimspec.conformance.train_exact import ExactProblem
from optimspec.conformance.train_optimizers import Competitor
from optimspec.conformance.train_record import ClosedLoopRecord, Run
from optimspec.conformance.train_run import Course
from optimspec.reference import TruthUndecided
from optimspec.spec import Algorithm


class Computed(NamedTuple):
    """What an optimizer computes: the equations that explain it, or those of its name.

    ``loss`` is the loss of precision with which they explain it, in words; "" if there is none.
    """

    algorithm: Algorithm
    is_explained: bool = True
    loss: str = ""


class _ShortBench(Bench):
    """A bench with the short cases on which every documented option shows."""

    def cases(self, format: str) -> list[Case]:  # noqa: A002
        return [case for case in super().cases(format) if case.id in CASES]


def computed(target: Target, claimed: Algorithm, seed: int) -> Computed:
    """Identify a target among the edits of its claim, in the widest format that it takes."""
    widest = tuple(f for f in FORMATS if f in target.capabilities.formats)[:1]
    found = identify(_ShortBench(target, claimed, widest, seed), [claimed])
    if found is None:
        return Computed(claimed, is_explained=False)
    return Computed(found.algorithm, loss=found.loss.said if found.loss else "")


def certified(
    task: ExactProblem, each: Competitor, made: Run, course: Course, seed: int
) -> ClosedLoopRecord | None:
    """The run beside exact training with the equations that explain the optimizer.

    None if it claims no specification, if the run has no step, or if no precision decides the
    truth.
    """
    if each.algorithm is None or not course.thetas:
        return None
    known = Computed(each.algorithm)
    if not each.is_specification:
        known = computed(each.target, each.algorithm, seed)
    hyper = {name: made.hyperparameters.get(name, 0.0) for name in known.algorithm.defaults}
    try:
        found = closed_loop(
            known.algorithm, task.training(hyper, len(course.thetas)), course.thetas
        )
    except TruthUndecided:
        return None
    return ClosedLoopRecord(
        algorithm="+".join([known.algorithm.name, *(edit.id for edit in known.algorithm.edits)]),
        is_explained=known.is_explained,
        loss=known.loss,
        k=found.k,
        limit=found.limit,
        silent_from=found.silent_from,
        error=list(found.error),
        bound=list(found.bound),
    )
