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
    write_text,
)
from optimspec.conformance.gpu_record import GpuRun
from optimspec.conformance.terminal import Terminal
from optimspec.reports import diff, gpu, load, markdown


def report(
    files: Annotated[
        list[Path], typer.Argument(help="JSON files written by check, or one of a run on a GPU.")
    ],
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
        runs = [run for run in map(gpu.read, files) if run]
        if runs:
            only_page = len(files) == 1 and not (against or junit_path or markdown_path)
            _show_run(out, runs[0], files, html_path, only_page=only_page)
            return
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


def _show_run(
    out: Console, run: GpuRun, files: list[Path], html_path: Path | None, *, only_page: bool
) -> None:
    """Show a run on a GPU, or write its page."""
    if not only_page:
        unusable(
            "A run on a GPU is shown alone, in lines or as a page: "
            "optimspec report run.json --html page.html."
        )
    _require_apart(files, html_path)
    if html_path:
        write_text(html_path, gpu.render(run))
    else:
        out.print(gpu.text(run), markup=False, highlight=False, soft_wrap=True)
    say_written(out, html_path)


def _require_apart(files: list[Path], *made: Path | None) -> None:
    """Refuse to write where the records are."""
    for path in made:
        if path and path.exists() and any(path.samefile(file) for file in files):
            unusable(
                f"A report must not take the place of its records; {path} is one of the files that "
                f"are read. Write it to another file."
            )
