"""Progress: a bar on a terminal, a plain line for each target elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from optimspec.conformance.confined import Judgement, Limits
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job, Outcome


def judged(
    jobs: Mapping[int, Job],
    judge: Judgement,
    broken_off: Callable[[Job, str, str], Outcome],
    limits: Limits,
    console: Console,
    stages: int,
) -> Generator[tuple[int, Outcome], None, None]:
    """What came of each job, with its number; one is shown by its stages, several are counted."""
    alone = len(jobs) == 1
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    if not alone:
        columns.append(MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("judging", total=stages if alone else len(jobs))

        def heard(job: Job, stage: str) -> None:
            if alone:
                bar.update(task, advance=1, description=escape(f"{job.reference}: {stage}"))

        with closing(isolated(jobs, judge, broken_off, limits, heard)) as outcomes:
            for done, (number, outcome) in enumerate(outcomes, start=1):
                if not alone:
                    bar.update(task, advance=1)
                    if not console.is_terminal:
                        said = f"({done}/{len(jobs)}) {outcome.job.title}  {outcome.record.verdict}"
                        console.print(said, highlight=False, markup=False, soft_wrap=True)
                yield number, outcome
