"""The files that a session writes of what was judged in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

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
    is_there = path.exists()
    if path.is_dir() or not os.access(path if is_there else path.parent, os.W_OK):
        raise pytest.UsageError(
            f"--optimspec-report takes a file that can be written, in a folder that exists; "
            f"found {path}."
        )


def write(records: Sequence[Record], path: Path) -> None:
    """Write the page, or the data, with the claims of the specifications and their proofs."""
    from optimspec.conformance.jobs import proved
    from optimspec.reports import html, load

    render: Callable[[Sequence[Record]], str] = (
        html.render if path.suffix == ".html" else load.dumps
    )
    path.write_text(render([proved(record) for record in records]), encoding="utf-8")


def lines(records: Sequence[Record]) -> Iterator[str]:
    """What the terminal says of each target: its verdict, and how its checks ended."""
    for record in records:
        counts = ", ".join(f"{count} {status}" for status, count in tally(record.checks))
        yield f"{one_line(record.target)}: {record.verdict}" + (f"; {counts}" if counts else "")
