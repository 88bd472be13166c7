"""Records on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimspec.conformance.record import CheckResult, Matched, Record, Status, Verdict

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
    _show_departures(console, record)
    for result in record.checks:
        if result.status is not Status.PASS:
            _show_result(console, result)


def _show_edits(console: Console, matched: Matched) -> None:
    for edit in matched.edits:
        _line(console, f"  [bold]{escape(edit.id)}[/] ({edit.kind}): {escape(edit.statement)}")
        for change in edit.changes:
            for sign, style, text in (
                ("-", "red", change.before_text),
                ("+", "green", change.after_text),
            ):
                if text is not None:
                    _line(console, f"    [{style}]{sign} {escape(text)}[/]")
        for said in filter(None, (edit.effect, *(size.text for size in edit.sizes))):
            _line(console, f"    {escape(said)}")
        for label, text in (("Seen in", edit.seen_in), ("Remedy", edit.remedy)):
            if text:
                _line(console, f"    {label}: {escape(text)}")
        for link in edit.links:
            _line(console, f"    {escape(link)}")


def _show_departures(console: Console, record: Record) -> None:
    """Where each variable first departs, if nothing explains the target."""
    for at in record.departures:
        said = (
            f"  {at.variable} departs at step {at.step} of case {at.case} in {at.format}, "
            f"parameter {at.parameter}, element {at.element}: {at.got:.17g} instead of "
            f"{at.expected:.17g}"
        )
        _line(console, escape(said))


def _show_result(console: Console, result: CheckResult) -> None:
    style = "dim" if result.status is Status.SKIP else "red"
    _line(console, f"  [{style}]{result.status:5}[/] {escape(result.id)}: {escape(result.message)}")
    example = result.counterexample
    if example is not None and not example.snippet:
        _line(console, f"    It is at {escape(example.where)}.")
    elif example is not None:
        _line(console, "    It is reproduced by:")
        for line in example.snippet.rstrip().splitlines():
            _line(console, f"      {escape(line)}")


def show_times(console: Console, record: Record) -> None:
    """Where the time of a check went."""
    title = f"{escape(record.target)}: {record.seconds:.1f} s in all"
    table = Table("check", "seconds", title=title)
    for result in sorted(record.checks, key=lambda r: -r.seconds)[:12]:
        table.add_row(escape(result.id), f"{result.seconds:.2f}")
    rest = record.seconds - sum(result.seconds for result in record.checks)
    table.add_row("identification, cases and truth", f"{rest:.2f}")
    console.print(table)


def _line(console: Console, text: str) -> None:
    """A line of markup, as it is: no colours by guess, no wrapping of what may be copied."""
    console.print(text, highlight=False, soft_wrap=True)
