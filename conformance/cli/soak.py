"""The command that looks for false alarms."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Annotated, Final

import typer
from rich.progress import track

from optimspec.conformance.cli.check import jobs_of
from optimspec.conformance.cli.files import ACCEPTED, NOT_ACCEPTED, unusable
from optimspec.conformance.environment import SEED
from optimspec.conformance.jobs import OWN, Job
from optimspec.conformance.load import CannotLoad, load
from optimspec.conformance.record import Verdict
from optimspec.conformance.soak import Soaked
from optimspec.conformance.soak import soak as soaked
from optimspec.conformance.terminal import Terminal
from optimspec.spec import EDITS, SpecError, algorithm

CHUNK: Final = 250
"""Cases that a process runs between two reports of progress."""


def soak(
    targets: Annotated[
        list[str] | None, typer.Argument(help="Implementations known to be right; any number.")
    ] = None,
    spec: Annotated[
        str | None, typer.Option(help="What they are; by default, what their names say.")
    ] = None,
    arg: Annotated[
        list[str] | None, typer.Option(help="NAME=LITERAL given to the target; repeat.")
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Soak what is shipped and has a known formula.")
    ] = False,
    cases: Annotated[int, typer.Option(min=1, help="Random cases in all.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Every random input follows from it.")] = SEED,
) -> None:
    """Run right implementations on random cases, and count false alarms."""
    jobs = [
        job
        for job in jobs_of(targets or [], spec, arg or [], [OWN] if shipped else [])
        if _sound(job)
    ]
    out = Terminal()
    totals = _soak_all(jobs, cases, seed)
    for job, total in zip(jobs, totals, strict=True):
        worst = ", ".join(f"{name} {k:.2g}" for name, k in sorted(total.largest.items()))
        found = f"{total.cases} cases, {len(total.alarms)} alarms, largest k: {worst}"
        out.print(f"{job.reference} {dict(job.arguments) or ''}: {found}", markup=False)
        for experiment in total.alarms[:1]:
            out.print(f"  first alarm: {experiment}", markup=False)
    run = sum(total.cases for total in totals)
    alarms = sum(len(total.alarms) for total in totals)
    out.print(f"{run} random cases, {alarms} alarms; seed {seed}", highlight=False)
    raise typer.Exit(NOT_ACCEPTED if alarms else ACCEPTED)


def _sound(job: Job) -> bool:
    """Whether the job's formula is known: every target named, and those listed as right."""
    return job.expected is None or job.expected[0] in (Verdict.CONFORMS, Verdict.VARIANT)


def _soak_all(jobs: list[Job], cases: int, seed: int) -> list[Soaked]:
    """The cases shared out among jobs and processes, each chunk with a seed of its own."""
    chunks = [
        (at, min(CHUNK, cases - first), seed + number)
        for number, first in enumerate(range(0, cases, CHUNK))
        for at in [number % len(jobs)]
    ]
    totals = [Soaked(0, {}, ()) for _ in jobs]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(_chunk, jobs[at], many, own): at for at, many, own in chunks}
        try:
            for done in track(as_completed(running), total=len(running), description="soaking"):
                totals[running[done]] += done.result()
        except (CannotLoad, SpecError) as problem:
            pool.shutdown(cancel_futures=True)
            unusable(str(problem))
    return totals


def _chunk(job: Job, cases: int, seed: int) -> Soaked:
    target = load(job.reference, job.arguments)
    name = job.spec or target.claim
    if name is None:
        raise CannotLoad(
            f"A soak needs the specification that is computed; the name of {job.reference} claims "
            f"none. Give it with --spec."
        )
    claimed = algorithm(name)
    edits = job.expected[1] if job.expected else ()
    edited = claimed.edited(*(EDITS[edit] for edit in edits))
    return soaked(target, edited, cases=cases, seed=seed)
