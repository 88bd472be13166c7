"""The suite's own score on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from optimspec.conformance.score_record import FaultOutcome, Figures, Mutant, Outcome, Score


def show_score(out: Console, score: Score) -> None:
    """The figures of each group, every miss and every wrong name, and the aims that are missed."""
    if score.figures:
        out.print(_table(score.figures))
    for mutant in score.mutants:
        if mutant.equivalent:
            _line(out, f"equivalent: {mutant.algorithm} with {mutant.id}")
        else:
            _show_misses(out, mutant)
    _show_faults(out, score.faults)
    for sentence in score.shortfalls:
        _line(out, f"aim missed: {sentence}", "bold red")
    judged = sum(len(mutant.outcomes) for mutant in score.mutants) + len(score.faults)
    _line(out, f"{judged} verdicts in {score.seconds:.0f} s; seed {score.environment.seed}")


def _show_misses(out: Console, mutant: Mutant) -> None:
    for outcome in mutant.outcomes:
        if not outcome.caught:
            _line(out, f"missed: {_said(mutant, outcome)}", "red")
        elif not outcome.is_right:
            _line(out, f"misnamed: {_said(mutant, outcome)}", "yellow")


def _show_faults(out: Console, faults: list[FaultOutcome]) -> None:
    unexpected = [fault for fault in faults if not fault.as_expected]
    for fault in unexpected:
        _line(out, f"unexpected: {_lacking(fault)}", "red")
    if faults:
        as_expected = len(faults) - len(unexpected)
        _line(out, f"faults and false alarms: {as_expected} of {len(faults)} as expected")


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(Text(text, style=style), soft_wrap=True)


def _table(rows: list[Figures]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("format", "group"):
        table.add_column(name)
    for name in ("mutants", "equivalent", "caught", "acquitted", "named"):
        table.add_column(name, justify="right")
    for row in rows:
        caught, named = (_share(count, row.mutants) for count in (row.caught, row.named))
        counts = (str(row.mutants), str(row.equivalent), caught, str(row.acquitted), named)
        table.add_row(escape(row.format), str(row.group), *counts)
    return table


def _share(count: int, of: int) -> str:
    return f"{count} ({count / of:.1%})" if of else "0"


def _said(mutant: Mutant, outcome: Outcome) -> str:
    """A mutant, what the suite says of it, and why."""
    found = ", ".join(outcome.diagnosis) or "no diagnosis"
    return (
        f"{outcome.format} {mutant.algorithm} with {mutant.id}: {outcome.verdict} ({found}). "
        f"{outcome.summary}"
    )


def _lacking(fault: FaultOutcome) -> str:
    """A fault, what the suite says of it, and which checks let it pass."""
    lacking = sorted({*fault.expected} - {*fault.failed})
    passed = f"{', '.join(lacking)} should fail" if lacking else "it should conform"
    return f"{fault.id} in {fault.target}: {fault.verdict}, where {passed}. {fault.summary}"
