"""The files that a session writes of what was judged in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from optimspec.conformance import files
from optimspec.conformance.record import Record
from optimspec.conformance.visible import one_line
from optimspec.reports.wording import tally

SUFFIXES: Final = (".html", ".json")


def require_writable(path: Path) -> None:
    """Raise pytest.UsageError unless a report can be written there."""
    if path.suffix not in SUFFIXES:
        raise pytest.UsageError(
            f"--optimspec-report takes a file ending in {' or '.join(SUFFIXES)}; found {path}."
        )
    try:
        files.require_writable(path)
    except files.NotWritable as problem:
        raise pytest.UsageError(str(problem)) from problem


def write(records: Sequence[Record], path: Path) -> None:
    """Write the page, or the data, with the claims of the specifications and their proofs.

    Raises
    ------
    NotWritable
        If that cannot be done.
    """
    from optimspec.conformance.jobs import proved
    from optimspec.reports import html, load

    render: Callable[[Sequence[Record]], str] = (
        html.render if path.suffix == ".html" else load.dumps
    )
    files.write_text(path, render([proved(record) for record in records]))


def lines(records: Sequence[Record]) -> Iterator[str]:
    """What the terminal says of each target: its verdict, and how its checks ended."""
    for record in records:
        counts = ", ".join(f"{count} {status}" for status, count in tally(record.checks))
        yield f"{one_line(record.target)}: {record.verdict}" + (f"; {counts}" if counts else "")
