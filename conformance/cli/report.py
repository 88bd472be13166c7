"""The command that puts records into one page, or compares two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from optimspec.conformance.cli.files import (
    HtmlPath,
    JunitPath,
    MarkdownPath,
    say_written,
    unusable,
    write,
)
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
    out = Console()
    try:
        records = [record for path in files for record in load.read(path)]
        old = load.read(against) if against else []
    except load.UnreadableReport as problem:
        unusable(str(problem))
    write(records, html_path=html_path, junit_path=junit_path, markdown_path=markdown_path)
    if against:
        out.print(diff.render(diff.changes(old, records)), markup=False, highlight=False)
    elif not (html_path or junit_path or markdown_path):
        out.print(markdown.render(records), markup=False, highlight=False, soft_wrap=True)
    say_written(out, html_path, junit_path, markdown_path)
