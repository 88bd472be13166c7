"""The command that judges."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from optimspec.conformance import console as show
from optimspec.conformance.asked import asked
from optimspec.conformance.checks import CHECKS
from optimspec.conformance.cli.files import (
    ACCEPTED,
    NOT_ACCEPTED,
    UNUSABLE,
    HtmlPath,
    JsonPath,
    JunitPath,
    MarkdownPath,
    require_writable,
    say_written,
    unusable,
    write,
)
from optimspec.conformance.cli.resume import finished_before
from optimspec.conformance.confined import Limits
from optimspec.conformance.defaults import MEBIBYTES, SECONDS
from optimspec.conformance.device import CPU, NoDevice, require
from optimspec.conformance.environment import SEED
from optimspec.conformance.jobs import (
    OWN,
    Job,
    Outcome,
    broken_off,
    listed_jobs,
    proved,
    run_job,
)
from optimspec.conformance.load import CannotLoad, parse_arguments
from optimspec.conformance.progress import judged
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.record import Record, Verdict
from optimspec.conformance.terminable import terminable
from optimspec.conformance.terminal import Terminal
from optimspec.spec import SpecError, algorithm


def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="package.module:Name or path/to/file.py:Name; any number."),
    ] = None,
    spec: Annotated[
        str | None, typer.Option(help="What it should be; by default, what its name says.")
    ] = None,
    arg: Annotated[
        list[str] | None, typer.Option(help="NAME=LITERAL given to the target; repeat.")
    ] = None,
    dtype: Annotated[
        list[str] | None,
        typer.Option(help=f"Parameter format, of {', '.join(FORMATS)}; repeat. Default: all."),
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Judge the implementations that are shipped as well.")
    ] = False,
    listed: Annotated[
        list[str] | None,
        typer.Option(help="Judge the targets of a list, such as torch-optim, as well; repeat."),
    ] = None,
    accept: Annotated[
        list[Verdict] | None, typer.Option(help="A verdict that counts as success; repeat.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Every random input follows from it.")] = SEED,
    html_path: HtmlPath = None,
    json_path: JsonPath = None,
    junit_path: JunitPath = None,
    markdown_path: MarkdownPath = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show where the time went.")] = False,
    long: Annotated[
        bool,
        typer.Option("--long", help="Run ten thousand steps too, and whatever takes seconds."),
    ] = False,
    device: Annotated[
        str, typer.Option(help="Where tensors of torch targets are: cpu, cuda or cuda:N.")
    ] = CPU,
    timeout: Annotated[
        int,
        typer.Option(min=1, max=10**6, help="Seconds after which a target's judgement is ended."),
    ] = SECONDS,
    memory: Annotated[
        int,
        typer.Option(
            min=1,
            max=2**30,
            help="MiB that a judgement on the CPU may take beyond its start (Linux).",
        ),
    ] = MEBIBYTES,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with a run: keep what the --json file has of these targets."
        ),
    ] = False,
) -> None:
    """Judge implementations: what do they compute, and is it right?"""
    jobs = jobs_of(targets or [], spec, arg or [], [*([OWN] if shipped else []), *(listed or [])])
    unknown = [name for name in dtype or [] if name not in FORMATS]
    if unknown:
        unusable(f"--dtype takes one of {', '.join(FORMATS)}; found {unknown[0]!r}.")
    try:
        require(device)
    except NoDevice as problem:
        unusable(str(problem))
    requests = [asked(job, formats=dtype or [], long=long, device=device) for job in jobs]
    finished = finished_before(jobs, requests, json_path, seed) if resume else {}
    left = {number: job for number, job in enumerate(jobs) if number not in finished}
    require_writable(html_path, json_path, junit_path, markdown_path)
    out = Terminal()
    to_be_kept = any((html_path, json_path, junit_path, markdown_path))
    one = partial(run_job, formats=dtype or [], seed=seed, long=long, device=device)
    none = partial(broken_off, seed=seed, device=device)
    limits = Limits(timeout, memory * 2**20, device)
    show_next = partial(_show_next, out, finished, alone=len(jobs) == 1, profile=profile)
    shown = show_next(0)
    try:
        running = judged(left, one, none, limits, out, stages=3 + len(CHECKS))
        with terminable(), closing(running) as outcomes:
            for number, outcome in outcomes:
                kept = outcome.answering(requests[number])
                finished[number] = replace(kept, record=proved(kept.record)) if to_be_kept else kept
                write(_records(finished), json_path=json_path)
                shown = show_next(shown)
    finally:
        records = _records(finished)
        write(records, html_path=html_path, junit_path=junit_path, markdown_path=markdown_path)
    if len(jobs) > 1:
        show.show_tally(out, records)
    out.print(f"seed {seed}", highlight=False)
    say_written(out, html_path, junit_path, markdown_path, records=json_path)
    raise typer.Exit(_status(out, list(finished.values()), {Verdict.CONFORMS, *(accept or [])}))


def _records(finished: Mapping[int, Outcome]) -> list[Record]:
    """The records, in the order of the targets."""
    return [finished[number].record for number in sorted(finished)]


def _show_next(
    out: Console, finished: Mapping[int, Outcome], shown: int, *, alone: bool, profile: bool
) -> int:
    """Show what comes next in the order of the targets; how many have been shown then."""
    while shown in finished:
        _show(out, finished[shown], alone=alone, profile=profile)
        shown += 1
    return shown


def _show(out: Console, outcome: Outcome, *, alone: bool, profile: bool) -> None:
    """One target in full, one of several by its verdict."""
    if not alone:
        show.show_verdict(out, outcome.record)
    elif outcome.problem:
        out.print(f"error: {outcome.problem}", markup=False, highlight=False, soft_wrap=True)
    else:
        show.show_record(out, outcome.record)
    if profile:
        show.show_times(out, outcome.record)


def jobs_of(targets: list[str], spec: str | None, arg: list[str], lists: list[str]) -> list[Job]:
    """The jobs that the options of a command name, and those of the lists of these names."""
    try:
        arguments = parse_arguments(arg)
        if spec is not None:
            algorithm(spec)
    except (CannotLoad, SpecError) as problem:
        unusable(str(problem))
    jobs = [Job(target, spec, arguments) for target in targets]
    for name in lists:
        if not (own := listed_jobs(name)):
            unusable(
                f"--listed takes the name of a list of targets; there is none called {name!r}."
            )
        jobs += own
    if not jobs:
        unusable("There must be a target: name one as package.module:Name, or give --shipped.")
    return jobs


def _status(out: Console, outcomes: list[Outcome], accepted: set[Verdict]) -> int:
    """The exit status: targets with an expectation must meet it, others must be accepted."""
    surprises = [outcome.surprise for outcome in outcomes if outcome.surprise]
    expected = [outcome for outcome in outcomes if outcome.job.expected]
    if expected and not surprises:
        out.print(f"All {len(expected)} listed targets got the verdict that is expected of them.")
    for surprise in surprises:
        out.print(f"unexpected: {surprise}", style="red", markup=False, highlight=False)
    if any(o.problem and o.job.expected is None for o in outcomes):
        return UNUSABLE
    judged = [o for o in outcomes if o.job.expected is None]
    if surprises or any(o.record.verdict not in accepted for o in judged):
        return NOT_ACCEPTED
    return ACCEPTED
