"""The command that puts records into one page, or compares two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimspec.conformance.cli.files import (
    HtmlPath,
    JunitPath,
    MarkdownPath,
    say_written,
    unusable,
    write,
)
from optimspec.conformance.terminal import Terminal
from optimspec.reports import diff, load, markdown


def report(
    files: Annotated[list[Path], typer.Argument(help="JSON files written by check.")],
    against: Annotated[
        Path | None, typer.Option(help="Show what changed since this JSON file.")
    ] = None,
    html_path: HtmlPath = None,
    junit_path: JunitPath = None,
    markdown_path: MarkdownPath = None,
) -> None:
    """Put records into one page, or compare two runs."""
    out = Terminal()
    try:
        records = [record for path in files for record in load.read(path)]
        old = load.read(against) if against else []
    except load.UnreadableReport as problem:
        unusable(str(problem))
    _require_apart([*files, *([against] if against else [])], html_path, junit_path, markdown_path)
    write(records, html_path=html_path, junit_path=junit_path, markdown_path=markdown_path)
    if against:
        out.print(diff.render(diff.changes(old, records)), markup=False, highlight=False)
    elif not (html_path or junit_path or markdown_path):
        out.print(markdown.render(records), markup=False, highlight=False, soft_wrap=True)
    say_written(out, html_path, junit_path, markdown_path)


def _require_apart(files: list[Path], *made: Path | None) -> None:
    """Refuse to write where the records are."""
    for path in made:
        if path and path.exists() and any(path.samefile(file) for file in files):
            unusable(
                f"A report must not take the place of its records; {path} is one of the files that "
                f"are read. Write it to another file."
            )
