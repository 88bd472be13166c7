"""Progress: a bar on a terminal, a plain line for each target elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from optimspec.conformance.jobs import Job


def announced(
    jobs: Sequence[Job], console: Console, stages: int
) -> Iterator[tuple[Job, Callable[[str], None]]]:
    """Each job with the function to be called as its stages begin."""
    if not console.is_terminal:
        for number, job in enumerate(jobs, start=1):
            if len(jobs) > 1:
                console.print(f"({number}/{len(jobs)})", highlight=False, markup=False)
            yield job, lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(jobs) * stages)
        for number, job in enumerate(jobs):
            progress.update(task, completed=number * stages)

            def begin(stage: str, job: Job = job) -> None:
                progress.update(task, advance=1, description=f"{job.reference}: {stage}")

            yield job, begin
