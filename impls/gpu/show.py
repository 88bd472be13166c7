"""A run on a terminal: a table, if rich is installed; else plain lines."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Final

from optimspec.impls.gpu.finding import Finding
from optimspec.impls.gpu.record import Run

_WORDS: Final = {False: ("failed", "red"), True: ("passed", "green"), None: ("not run", "yellow")}
"""The outcomes of a finding, and their colours; words and order are those of the page."""


def show(run: Run) -> None:
    """Show the machine, every finding, and how many there are of each outcome."""
    for name, value in run.machine.items():
        print(f"{name}: {value}")
    if not (sys.stdout.isatty() and _tabled(run)):
        print(*map(line, run.all), sep="\n")
    print(tally(run))


def line(finding: Finding) -> str:
    """A finding in one line."""
    return f"{_WORDS[finding.passed][0]:7}  {finding.id}: {' '.join(finding.message.split())}"


def tally(run: Run) -> str:
    """How many findings there are of each outcome."""
    counts = Counter(finding.passed for finding in run.all)
    return ", ".join(f"{counts[outcome]} {word}" for outcome, (word, _) in _WORDS.items())


def _tabled(run: Run) -> bool:
    """Show a table, if rich is installed."""
    try:
        from rich.console import Console  # a machine with a GPU may lack it
        from rich.table import Table
        from rich.text import Text
    except ModuleNotFoundError:
        return False
    table = Table("", "rule", "found")
    for finding in run.all:
        word, style = _WORDS[finding.passed]
        rule = Text.assemble((finding.id, "bold"), f"\n{finding.title}")
        table.add_row(Text(word, style=style), rule, Text(finding.message))
    Console().print(table)
    return True
