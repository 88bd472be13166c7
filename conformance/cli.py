"""The command line."""

from __future__ import annotations

from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from optimspec.conformance import console as show
from optimspec.conformance.checks import CHECKS
from optimspec.conformance.jobs import Job, Outcome, listed_jobs, run_job
from optimspec.conformance.judge import SEED
from optimspec.conformance.load import CannotLoad, parse_arguments
from optimspec.conformance.progress import announced
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.record import Record, Verdict
from optimspec.reports import diff, html, junit, load, markdown
from optimspec.spec import (
    ALGORITHMS,
    EDITS,
    Algorithm,
    Kind,
    SpecError,
    algorithm,
    edits_of,
    lookup,
)

ACCEPTED, NOT_ACCEPTED, UNUSABLE = 0, 1, 2
"""Exit statuses."""

app = typer.Typer(
    help="Find out which optimizer an implementation computes, and how well it rounds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

HtmlPath = Annotated[Path | None, typer.Option("--html", help="Write a self-contained page here.")]
JsonPath = Annotated[Path | None, typer.Option("--json", help="Write the result records here.")]
JunitPath = Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML here.")]
MarkdownPath = Annotated[
    Path | None, typer.Option("--markdown", help="Write a Markdown summary here.")
]


def _unusable(sentence: str) -> NoReturn:
    Console(stderr=True).print(f"error: {sentence}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(UNUSABLE)


@app.command(
    epilog="Examples:\n\n"
    "optimspec check torch.optim:AdamW\n\n"
    "optimspec check mine.py:MyAdam --spec adam --html report.html\n\n"
    "optimspec check torch.optim:Adam --arg fused=True --dtype float32 --json r.json\n\n"
    "Exit status: 0 conforms or accepted, 1 judged and not accepted, 2 cannot be judged."
)
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
        bool, typer.Option("--shipped", help="Judge every listed target as well.")
    ] = False,
    accept: Annotated[
        list[Verdict] | None, typer.Option(help="A verdict that counts as success; repeat.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Every random input follows from it.")] = SEED,
    html_path: HtmlPath = None,
    json_path: JsonPath = None,
    junit_path: JunitPath = None,
    markdown_path: MarkdownPath = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show where the time went.")] = False,
) -> None:
    """Judge implementations: what do they compute, and is it right?"""
    jobs = _jobs(targets or [], spec, arg or [], shipped)
    unknown = [name for name in dtype or [] if name not in FORMATS]
    if unknown:
        _unusable(f"--dtype takes one of {', '.join(FORMATS)}; found {unknown[0]!r}.")
    out = Console()
    outcomes = []
    to_be_kept = any((html_path, json_path, junit_path, markdown_path))
    for job, progress in announced(jobs, out, stages=2 + len(CHECKS)):
        outcome = run_job(job, formats=dtype or [], seed=seed, proofs=to_be_kept, progress=progress)
        outcomes.append(outcome)
        if outcome.problem:
            out.print(f"error: {outcome.problem}", markup=False, highlight=False, soft_wrap=True)
        else:
            show.show_record(out, outcome.record)
            if profile:
                show.show_times(out, outcome.record)
        _write([o.record for o in outcomes], html_path, json_path, junit_path, markdown_path)
    out.print(f"seed {seed}", highlight=False)
    _say_written(out, html_path, json_path, junit_path, markdown_path)
    raise typer.Exit(_status(out, outcomes, {Verdict.CONFORMS, *(accept or [])}))


def _jobs(targets: list[str], spec: str | None, arg: list[str], shipped: bool) -> list[Job]:
    try:
        arguments = parse_arguments(arg)
        if spec is not None:
            algorithm(spec)
    except (CannotLoad, SpecError) as problem:
        _unusable(str(problem))
    jobs = [Job(target, spec, arguments) for target in targets]
    if shipped:
        jobs += listed_jobs()
    if not jobs:
        _unusable("check needs a target; name one as package.module:Name, or give --shipped.")
    return jobs


def _status(out: Console, outcomes: list[Outcome], accepted: set[Verdict]) -> int:
    """The exit status: targets with an expectation must meet it, others must be accepted."""
    surprises = [outcome.surprise for outcome in outcomes if outcome.surprise]
    for surprise in surprises:
        out.print(f"unexpected: {surprise}", style="red", markup=False, highlight=False)
    if any(o.problem and o.job.expected is None for o in outcomes):
        return UNUSABLE
    judged = [o for o in outcomes if o.job.expected is None]
    if surprises or any(o.record.verdict not in accepted for o in judged):
        return NOT_ACCEPTED
    return ACCEPTED


def _write(
    records: list[Record],
    html_path: Path | None,
    json_path: Path | None,
    junit_path: Path | None,
    markdown_path: Path | None,
) -> None:
    """Write every file asked for; after each target, so that a run cut short loses nothing."""
    for path, render in (
        (html_path, html.render),
        (json_path, load.dumps),
        (junit_path, junit.render),
        (markdown_path, markdown.render),
    ):
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(render(records), encoding="utf-8")
            except OSError as error:
                _unusable(f"A report's file must be writable; {path}: {error.strerror}.")


def _say_written(out: Console, *paths: Path | None) -> None:
    for path in paths:
        if path is not None:
            out.print(f"wrote {path}", highlight=False, soft_wrap=True)


@app.command(epilog="Examples:\n\noptimspec explain adam\n\noptimspec explain eps-hat")
def explain(
    name: Annotated[str, typer.Argument(help="A specification, variant or known bug.")],
) -> None:
    """Show the equations of a specification, or what a variant or known bug changes."""
    try:
        found = lookup(name)
    except SpecError as problem:
        _unusable(str(problem))
    out = Console()
    if isinstance(found, Algorithm):
        show.explain_algorithm(out, found)
    else:
        bases = [a for a in ALGORITHMS.values() if found in edits_of(a)]
        show.explain_edit(out, found, bases)


@app.command("list", epilog="Example:\n\noptimspec list variants")
def list_(
    what: Annotated[str, typer.Argument(help="specs, variants, bugs, checks or targets.")],
) -> None:
    """List what the suite knows by name."""
    rows = {
        "specs": lambda: [(a.name, f"{a.title}: {a.source}") for a in ALGORITHMS.values()],
        "variants": lambda: _edits(Kind.VARIANT),
        "bugs": lambda: _edits(Kind.BUG),
        "checks": lambda: [(c.__name__, (c.__doc__ or "").splitlines()[0]) for c in CHECKS],
        "targets": lambda: [(_call(job), job.about) for job in listed_jobs()],
    }
    if what not in rows:
        _unusable(f"list takes one of {', '.join(rows)}; found {what!r}.")
    out = Console()
    for name, text in rows[what]():
        out.print(f"[bold]{name}[/]  {text}", highlight=False)


def _edits(kind: Kind) -> list[tuple[str, str]]:
    return [(e.id, e.statement) for e in EDITS.values() if e.kind is kind]


def _call(job: Job) -> str:
    given = " ".join(f"--arg {name}={value!r}" for name, value in job.arguments.items())
    return f"{job.reference} {given}".rstrip()


@app.command(
    epilog="Examples:\n\noptimspec report r1.json r2.json --html matrix.html\n\n"
    "optimspec report new.json --against old.json"
)
def report(
    files: Annotated[list[Path], typer.Argument(help="JSON files written by check.")],
    against: Annotated[
        Path | None, typer.Option(help="Show what changed since this JSON file.")
    ] = None,
    html_path: HtmlPath = None,
    junit_path: JunitPath = None,
    markdown_path: MarkdownPath = None,
) -> None:
    """Put records into one page, or compare two runs."""
    out = Console()
    try:
        records = [record for path in files for record in load.read(path)]
        old = load.read(against) if against else []
    except load.UnreadableReport as problem:
        _unusable(str(problem))
    _write(records, html_path, None, junit_path, markdown_path)
    if against:
        out.print(diff.render(diff.changes(old, records)), markup=False, highlight=False)
    elif not (html_path or junit_path or markdown_path):
        out.print(markdown.render(records), markup=False, highlight=False, soft_wrap=True)
    _say_written(out, html_path, junit_path, markdown_path)


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Find out which optimizer an implementation computes, and how well it rounds."""
    if version:
        typer.echo(f"optimspec {installed('optimspec')}")
        raise typer.Exit


if __name__ == "__main__":
    app()
