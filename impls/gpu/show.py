"""A run on a terminal: a table; elsewhere plain lines."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from optimspec.impls.gpu.finding import Finding
from optimspec.impls.gpu.record import Run

_WORDS: Final = {True: ("pass", "green"), False: ("fail", "red"), None: ("not run", "yellow")}
"""The outcomes of a finding, and their colours."""


def show(run: Run, console: Console) -> None:
    """Show the machine, every finding, and how many there are of each outcome."""
    for name, value in run.machine.items():
        console.print(Text(f"{name}: {value}"), highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(_table(run))
    else:
        for finding in run.all:
            console.print(Text(line(finding)), highlight=False, soft_wrap=True)
    console.print(tally(run), highlight=False)


def line(finding: Finding) -> str:
    """A finding in one line."""
    return f"{_WORDS[finding.passed][0]:7}  {finding.id}: {' '.join(finding.message.split())}"


def tally(run: Run) -> str:
    """How many findings there are of each outcome."""
    counts = Counter(finding.passed for finding in run.all)
    return ", ".join(f"{counts[outcome]} {word}" for outcome, (word, _) in _WORDS.items())


def _table(run: Run) -> Table:
    table = Table("", "rule", "found")
    for finding in run.all:
        word, style = _WORDS[finding.passed]
        rule = Text.assemble((finding.id, "bold"), f"\n{finding.title}")
        table.add_row(Text(word, style=style), rule, Text(finding.message))
    return table
