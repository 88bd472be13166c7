"""Records on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimspec.conformance.record import CheckResult, Matched, Record, Status, Verdict
from optimspec.spec import EDITS, Algorithm, Edit, algorithm, changes
from optimspec.spec.plaintext import equation_text

STYLE = {
    Verdict.CONFORMS: "bold green",
    Verdict.VARIANT: "bold cyan",
    Verdict.IMPRECISE: "bold yellow",
    Verdict.NONCONFORMING: "bold red",
    Verdict.ERROR: "bold magenta",
}


def show_verdict(console: Console, record: Record) -> None:
    """A record's verdict and the reason for it."""
    style = STYLE[record.verdict]
    _line(console, f"[bold]{escape(record.target)}[/]  [{style}]{record.verdict}[/]")
    _line(console, f"  {escape(record.summary)}")


def show_tally(console: Console, records: Sequence[Record]) -> None:
    """How many targets got each verdict."""
    counts = Counter(record.verdict for record in records)
    said = ", ".join(f"{counts[v]} [{STYLE[v]}]{v}[/]" for v in Verdict if counts[v])
    _line(console, f"{len(records)} targets: {said}")


def show_record(console: Console, record: Record) -> None:
    """A record: verdict, reason, error constants, and every check that did not pass."""
    show_verdict(console, record)
    counts = Counter(result.status for result in record.checks)
    said = ", ".join(f"{n} {status}" for status, n in counts.items())
    if said:
        _line(console, f"  checks: {said}; error limit k <= {record.error_limit:g}")
    if record.matched:
        _show_edits(console, record.matched)
    for result in record.checks:
        if result.status is not Status.PASS:
            _show_result(console, result)


def _show_edits(console: Console, matched: Matched) -> None:
    before = algorithm(matched.algorithm)
    for found in matched.edits:
        edit = EDITS[found.id]
        _line(console, f"  [bold]{edit.id}[/] ({edit.kind}): {escape(edit.statement)}")
        _show_change(console, before, edit)
        _line(console, f"    {escape(edit.effect)}")
        if edit.remedy:
            _line(console, f"    Remedy: {escape(edit.remedy)}")
        before = before.edited(edit)


def _show_result(console: Console, result: CheckResult) -> None:
    style = "dim" if result.status is Status.SKIP else "red"
    _line(console, f"  [{style}]{result.status:5}[/] {result.id}: {escape(result.message)}")
    example = result.counterexample
    if example is not None and example.snippet:
        _line(console, "    It is reproduced by:")
        for line in example.snippet.rstrip().splitlines():
            _line(console, f"      {escape(line)}")


def show_times(console: Console, record: Record) -> None:
    """Where the time of a check went."""
    table = Table("check", "seconds", title=f"{record.target}: {record.seconds:.1f} s in all")
    for result in sorted(record.checks, key=lambda r: -r.seconds)[:12]:
        table.add_row(result.id, f"{result.seconds:.2f}")
    rest = record.seconds - sum(result.seconds for result in record.checks)
    table.add_row("identification, cases and truth", f"{rest:.2f}")
    console.print(table)


def _show_change(console: Console, before: Algorithm, edit: Edit) -> None:
    """The equations that an edit changes, before and after; a new one has no before."""
    for old, new in changes(before, before.edited(edit)).values():
        for sign, style, equation in (("-", "red", old), ("+", "green", new)):
            if equation is not None:
                _line(console, f"    [{style}]{sign} {escape(equation_text(equation))}[/]")


def _line(console: Console, text: str) -> None:
    """A line of markup, as it is: no colours by guess, no wrapping of what may be copied."""
    console.print(text, highlight=False, soft_wrap=True)
