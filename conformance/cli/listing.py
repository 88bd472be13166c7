"""What `list` shows by name: specifications, checks with their clauses, and targets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import typer
from rich.markup import escape

from optimspec.conformance.checks import CHECKS, Check, Rule
from optimspec.conformance.checks.contract import clauses, contract
from optimspec.conformance.checks.evidence import evidence
from optimspec.conformance.checks.formula import REPEATS, RUNS, formula, repeats, runs
from optimspec.conformance.checks.invariants import INVARIANTS, invariants
from optimspec.conformance.checks.long_run import long_run
from optimspec.conformance.checks.low_precision import low_precision, phenomena
from optimspec.conformance.checks.options import SOURCE as OPTION_SOURCE
from optimspec.conformance.checks.options import options
from optimspec.conformance.checks.precision import precision
from optimspec.conformance.checks.rule import BOUND
from optimspec.conformance.checks.step_bound import RULE as STEP_BOUND
from optimspec.conformance.checks.step_bound import step_bound
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


_SOURCES: Final[dict[Check, str]] = {
    runs: RUNS.cites,
    repeats: REPEATS.cites,
    formula: "the equations of the specification that is claimed, with their paper",
    precision: BOUND,
    long_run: BOUND,
    step_bound: STEP_BOUND.cites,
    options: OPTION_SOURCE,
    evidence: "each piece of evidence names its own",
}
"""Where the rules of checks that have one, or one for each format or option, come from."""

_RULES: Final[dict[Check, Callable[[], Iterable[Rule]]]] = {
    low_precision: phenomena,
    invariants: lambda: INVARIANTS,
    contract: clauses,
}
"""The rules of checks that have several, each with its source."""


def _check(check: Check) -> Listed:
    """A check, with its source or its rules; without torch, those of the contract are unknown."""
    name = check.__name__.replace("_", "-")
    about = (check.__doc__ or "").splitlines()[0]
    try:
        rules = _RULES[check]() if check in _RULES else ()
    except ImportError:
        return Listed(name, f"{about} Install torch to see them.")
    beneath = tuple(Listed(rule.id, rule.title, rule.cites) for rule in rules)
    return Listed(name, about, _SOURCES.get(check, ""), beneath)


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
