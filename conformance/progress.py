"""Progress: a bar on a terminal, a plain line for each target elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from optimspec.conformance.jobs import Job, Outcome


class Judgement(Protocol):
    """Judges one job; told what to call as its stages begin."""

    def __call__(self, job: Job, *, progress: Callable[[str], None]) -> Outcome:
        """Return what came of it."""
        ...


def judged(
    jobs: Sequence[Job], judge: Judgement, console: Console, stages: int
) -> Iterator[Outcome]:
    """What came of each job, in their order: one by its stages, several side by side."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    if len(jobs) == 1:
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=stages)
            name = jobs[0].reference
            yield judge(
                jobs[0],
                progress=lambda stage: bar.update(task, advance=1, description=f"{name}: {stage}"),
            )
        return
    shown = Progress(*columns, MofNCompleteColumn(), console=console, transient=True)
    with ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as pool, shown as bar:
        task = bar.add_task("judging", total=len(jobs))
        outcomes = pool.map(partial(judge, progress=_unheard), jobs)
        for number, outcome in enumerate(outcomes, start=1):
            bar.update(task, advance=1)
            if not console.is_terminal:
                console.print(f"({number}/{len(jobs)})", highlight=False, markup=False)
            yield outcome


def _unheard(stage: str) -> None:
    """Take the name of a stage from a process whose progress nobody sees."""
