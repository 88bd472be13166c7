"""The commands that show what the suite knows."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from optimspec.conformance import console_explain as show
from optimspec.conformance.checks import CHECKS
from optimspec.conformance.cli.files import unusable
from optimspec.conformance.jobs import Job, listed_jobs
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, Kind, SpecError, edits_of, lookup


def explain(
    name: Annotated[str, typer.Argument(help="A specification, variant or known bug.")],
) -> None:
    """Show the equations of a specification, or what a variant or known bug changes."""
    try:
        found = lookup(name)
    except SpecError as problem:
        unusable(str(problem))
    out = Console()
    if isinstance(found, Algorithm):
        show.explain_algorithm(out, found)
    else:
        bases = [a for a in ALGORITHMS.values() if found in edits_of(a)]
        show.explain_edit(out, found, bases)


def list_(
    what: Annotated[str, typer.Argument(help="specs, variants, bugs, checks or targets.")],
) -> None:
    """List what the suite knows by name."""
    rows = {
        "specs": lambda: [(a.name, f"{a.title}: {a.source}") for a in ALGORITHMS.values()],
        "variants": lambda: _edits(Kind.VARIANT),
        "bugs": lambda: _edits(Kind.BUG),
        "checks": lambda: [
            (c.__name__.replace("_", "-"), (c.__doc__ or "").splitlines()[0]) for c in CHECKS
        ],
        "targets": lambda: [(_call(job), job.about) for job in listed_jobs()],
    }
    if what not in rows:
        unusable(f"list takes one of {', '.join(rows)}; found {what!r}.")
    out = Console()
    for name, text in rows[what]():
        out.print(f"[bold]{escape(name)}[/]  {escape(text)}", highlight=False, soft_wrap=True)


def _edits(kind: Kind) -> list[tuple[str, str]]:
    return [(e.id, e.statement) for e in EDITS.values() if e.kind is kind]


def _call(job: Job) -> str:
    given = " ".join(f"--arg {name}={value!r}" for name, value in job.arguments.items())
    return f"{job.reference} {given}".rstrip()
