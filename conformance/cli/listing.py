"""What `list` shows by name: specifications, checks with their clauses, and targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import typer
from rich.markup import escape

from optimspec.conformance.checks import CHECKS, Check
from optimspec.conformance.checks.contract import clauses, contract
from optimspec.conformance.jobs import Job, listed_jobs
from optimspec.conformance.terminal import Terminal
from optimspec.spec import ALGORITHMS


class Listed(NamedTuple):
    """What a list has by name: what it is, where that stands, and what it is made of."""

    name: str
    about: str
    source: str = ""
    clauses: tuple[Listed, ...] = ()


def list_names(rows: Iterable[Listed], *, as_json: bool) -> None:
    """Print the rows as lines, or as data; the clauses of a row stand indented beneath it."""
    if as_json:
        data = [_as_data(row) for row in rows]
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    out = Terminal()
    for row in rows:
        _show(out, row)
        for clause in row.clauses:
            _show(out, clause, indent="  ")


def _as_data(row: Listed) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.name, "about": row.about}
    if row.source:
        told["source"] = row.source
    if row.clauses:
        told["clauses"] = [_as_data(clause) for clause in row.clauses]
    return told


def _show(out: Terminal, row: Listed, indent: str = "") -> None:
    said = f"{indent}[bold]{escape(row.name)}[/]  {escape(row.about)}"
    out.print(said, highlight=False, soft_wrap=True)
    if row.source:
        out.print(f"{indent}  {escape(row.source)}", highlight=False, soft_wrap=True)


def _check(check: Check) -> Listed:
    """A check, with the clauses of the contract; without torch, these cannot be listed."""
    name = check.__name__.replace("_", "-")
    about = (check.__doc__ or "").splitlines()[0]
    if check is not contract:
        return Listed(name, about)
    try:
        rules = clauses()
    except ImportError:
        return Listed(name, f"{about} Install torch to see them.")
    return Listed(name, about, clauses=tuple(Listed(r.id, r.title, r.cites) for r in rules))


def _call(job: Job) -> str:
    given = " ".join(f"--arg {name}={value!r}" for name, value in job.arguments.items())
    return f"{job.reference} {given}".rstrip()


def _told(job: Job) -> str:
    """What a target is, and what its list says that it computes."""
    edits = f" with {', '.join(job.edits)}" if job.edits else ""
    return f"{job.about} Listed as {job.spec}{edits}."


LISTS: Final[dict[str, Callable[[], list[Listed]]]] = {
    "specs": lambda: [Listed(a.name, f"{a.title}: {a.source}") for a in ALGORITHMS.values()],
    "checks": lambda: [_check(check) for check in CHECKS],
    "targets": lambda: [Listed(_call(job), _told(job)) for job in listed_jobs()],
}
"""What else can be listed: names and what they are."""
