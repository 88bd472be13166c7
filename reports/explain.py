"""Explanations as HTML pages that stand alone: an entry, an algorithm, or the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from markupsafe import Markup

from optimspec.conformance.explain_record import (
    SHOWN_STEPS,
    AlgorithmRecord,
    Catalogue,
    Discrepancy,
    EntryRecord,
    Explanation,
    tally,
)
from optimspec.reports.explain_plot import discrepancy_plot
from optimspec.reports.html import environment
from optimspec.reports.svg import drawable
from optimspec.reports.wording import size

KINDS: Final = {
    "variant": "variant",
    "bug": "bug",
    "by-design": "by design",
    "false-alarm": "false alarm",
}


def render(told: Explanation | AlgorithmRecord | Catalogue) -> str:
    """Return a page about ``told``; the same data give the same text."""
    templates = environment()
    templates.filters["size"] = size
    templates.globals.update(kinds=KINDS, shown_steps=SHOWN_STEPS, by_class=_by_class)
    if isinstance(told, Explanation):
        return templates.get_template("explanation.html.j2").render(
            title=told.entry.id, entry=told.entry, plots=_plots(told)
        )
    specification = told if isinstance(told, AlgorithmRecord) else None
    return templates.get_template("catalogue.html.j2").render(
        title=specification.specification.title if specification else "Known bugs and variants",
        about=specification,
        entries=told.entries,
        algorithms=list(dict.fromkeys(name for e in told.entries for name in e.algorithms)),
        tally=tally(told.entries),
    )


def _plots(told: Explanation) -> list[tuple[Discrepancy, Markup | None]]:
    """Each discrepancy with its drawing; none where no value has a place in it."""
    return [
        (found, discrepancy_plot(found, f"plot{place}") if _is_drawable(found) else None)
        for place, found in enumerate(told.discrepancies, 1)
    ]


def _is_drawable(found: Discrepancy) -> bool:
    return any(drawable(value) for curve in found.curves for value in curve.relative)


def _by_class(entries: Sequence[EntryRecord]) -> list[tuple[str, list[EntryRecord]]]:
    return [(name, list(own)) for name, own in groupby(entries, key=lambda e: e.category)]
