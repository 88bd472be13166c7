"""Options that several commands share, and the files they write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from optimspec.conformance import files
from optimspec.conformance.record import Record
from optimspec.conformance.terminal import Terminal
from optimspec.reports import html, junit, load, markdown

ACCEPTED, NOT_ACCEPTED, UNUSABLE = 0, 1, 2
"""Exit statuses."""

HtmlPath = Annotated[Path | None, typer.Option("--html", help="Write a self-contained page here.")]
JsonPath = Annotated[Path | None, typer.Option("--json", help="Write the result records here.")]
JunitPath = Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML here.")]
MarkdownPath = Annotated[
    Path | None, typer.Option("--markdown", help="Write a Markdown summary here.")
]

Render = Callable[[Sequence[Record]], str]
"""Makes a file's text of records."""


def unusable(sentence: str) -> NoReturn:
    """Say why the command cannot do what it was asked to, and exit."""
    Terminal(stderr=True).print(f"error: {sentence}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(UNUSABLE)


def write(
    records: list[Record],
    *,
    html_path: Path | None = None,
    json_path: Path | None = None,
    junit_path: Path | None = None,
    markdown_path: Path | None = None,
) -> None:
    """Write the files that have a path."""
    for path, render in (
        (html_path, html.render),
        (json_path, load.dumps),
        (junit_path, junit.render),
        (markdown_path, markdown.render),
    ):
        if path is not None and records:
            write_text(path, render(records))


def write_text(path: Path, text: str | bytes) -> None:
    """Write one file."""
    try:
        files.write_text(path, text)
    except files.NotWritable as problem:
        unusable(str(problem))


def require_writable(*paths: Path | None) -> None:
    """Find out before the work, not after it, that a report has no place to go."""
    for path in paths:
        if path is not None:
            try:
                files.require_writable(path)
            except files.NotWritable as problem:
                unusable(str(problem))


def say_written(out: Console, *paths: Path | None, records: Path | None = None) -> None:
    """Name the files that were written; ``records`` is one that commands are to read again."""
    for path in (*paths, records):
        if path is not None:
            out.print(f"wrote {path}", highlight=False, soft_wrap=True)
    if records is not None and records.stat().st_size > load.MAX_BYTES:
        out.print(
            f"{records} is larger than the {load.MAX_BYTES >> 20} MiB that --resume and "
            "`optimspec report` read: judge fewer targets at a time.",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
