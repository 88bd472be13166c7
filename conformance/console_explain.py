"""Specifications and entries of the catalogue on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimspec.conformance.explain_record import (
    SHOWN_STEPS,
    AlgorithmRecord,
    Discrepancy,
    EntryRecord,
    Explanation,
    Rewriting,
    tally,
)
from optimspec.reports.wording import size

IN_FULL: Final = 2
"""A terminal shows what changes in so many kinds of algorithms, and how much in so many of them."""


def show_algorithm(console: Console, found: AlgorithmRecord) -> None:
    """An algorithm's equations, hyperparameters, claims and entries."""
    spec = found.specification
    _line(console, f"[bold]{spec.title}[/]  {spec.source}")
    _line(console, f"{spec.url}\n")
    meanings = [equation.meaning for equation in spec.equations]
    for text, meaning in _shortened([formula.text for formula in found.equations], meanings):
        _line(console, f"  {escape(text)}  [dim]{escape(meaning)}[/]")
    _line(console, "\n[bold]Hyperparameters[/]")
    for h in found.hyperparameters:
        _line(console, f"  {h.name} = {h.default}: {h.meaning}, in {escape(h.domain)}")
    _line(console, "\n[bold]Claims[/], decided by SymPy just now")
    for claim in spec.claims:
        _line(console, f"  {claim.outcome}  {escape(claim.statement)} [dim]{claim.source}[/]")
    _line(console, "\n[bold]What implementations do otherwise[/]")
    show_entries(console, found.entries)


def _shortened(texts: Sequence[str], meanings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Equations with their meanings; those that make of the last variable the same again in one."""
    names, rights = zip(*(text.split(" = ", 1) for text in texts), strict=True)
    makes = [
        right.replace(last, "") if last in right else text
        for text, right, last in zip(texts, rights, ("=", *names), strict=False)
    ]
    for _, same in groupby(range(len(texts)), key=makes.__getitem__):
        first, *others = same
        yield texts[first], meanings[first]
        if others:
            again = dict.fromkeys((names[others[0]], names[others[-1]]))
            yield f"{' to '.join(again)} likewise, each of the one before", meanings[others[0]]


def show_entries(console: Console, entries: Sequence[EntryRecord]) -> None:
    """A line for each entry, by class; then how many there are of each kind."""
    width = max((len(entry.id) for entry in entries), default=0)
    kinds = {entry.kind for entry in entries}
    for category, members in groupby(entries, key=lambda entry: entry.category):
        _line(console, f"[bold]{category}[/]")
        for entry in members:
            kind = f"{entry.kind:11}  " if len(kinds) > 1 else ""
            _line(console, f"  {entry.id:{width}}  {kind}{escape(entry.statement)}")
    _line(console, tally(entries))


def show_explanation(console: Console, found: Explanation) -> None:
    """What an entry is, what it changes, how much that matters, and what to do about it."""
    entry = found.entry
    _line(
        console,
        f"[bold]{entry.id}[/] ({entry.kind}, {entry.category}): {escape(entry.statement)}",
    )
    for label, text in entry.facts:
        _line(console, f"{label}: {escape(text)}")
    for rewriting in entry.equations[:IN_FULL]:
        _line(console, f"\n[bold]{_listed(rewriting.titles)}[/], before and after")
        _show_changes(console, rewriting)
    if others := [title for each in entry.equations[IN_FULL:] for title in each.titles]:
        _line(console, f"\nLikewise in {_listed(others)}: --html and --json show how.")
    for discrepancy in found.discrepancies:
        _show_discrepancy(console, discrepancy)
    _line(console, "")
    for link in entry.links:
        _line(console, f"{link}")


def _listed(names: Sequence[str]) -> str:
    """``A, B and C``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _show_changes(console: Console, rewriting: Rewriting) -> None:
    """The equations before and after; a new one has no before."""
    for change in rewriting.changes:
        for sign, style, formula in (("-", "red", change.before), ("+", "green", change.after)):
            if formula is not None:
                _line(console, f"  [{style}]{sign} {escape(formula.text)}[/]")


def _show_discrepancy(console: Console, found: Discrepancy) -> None:
    """How far apart two trajectories are, by step and by epsilon."""
    _line(console, f"\n[bold]How large in {found.title}[/]: |d' - d| / |d|, d = theta_t - theta_0")
    _line(console, f"[dim]{escape(found.setting)}[/]")
    if found.is_zero:
        _line(console, "  None on these inputs.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in ("  eps" if found.has_epsilon else "", *(f"t = {t}" for t in SHOWN_STEPS)):
        table.add_column(heading, justify="right")
    for epsilon, differences in found.rows:
        figures = (size(epsilon), *(size(difference) for difference in differences))
        table.add_row(*(figure.replace("−", "-") for figure in figures))
    console.print(table)


def _line(console: Console, text: str) -> None:
    """A line of markup, as it is: no colours by guess, no wrapping of what may be copied."""
    console.print(text, highlight=False, soft_wrap=True)
