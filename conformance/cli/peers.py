"""The command that compares the suite with the tests of other projects."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from optimspec.conformance.cli.files import (
    JsonPath,
    MarkdownPath,
    require_writable,
    say_written,
    write_text,
)
from optimspec.conformance.peers import Comparison, Row, compare, markdown
from optimspec.conformance.terminal import Terminal


def peers(
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one for each core.")
    ] = None,
    json_path: JsonPath = None,
    markdown_path: MarkdownPath = None,
) -> None:
    """Put twenty classic mistakes to this suite, and to other projects' tests re-enacted."""
    require_writable(json_path, markdown_path)
    out = Terminal()
    found = compare(
        jobs=jobs,
        follow=lambda done, total: track(
            done, "testing", total, console=out, transient=True, disable=not out.is_terminal
        ),
    )
    _show(out, found)
    if json_path is not None:
        write_text(json_path, found.model_dump_json(indent=2) + "\n")
    if markdown_path is not None:
        write_text(markdown_path, markdown(found))
    say_written(out, json_path, markdown_path)


def _show(out: Console, found: Comparison) -> None:
    """The matrix of mistakes and protocols, its totals, and what it is."""
    table = Table(box=None, pad_edge=False)
    table.add_column("mistake")
    for number in range(1, len(found.rows) + 1):
        table.add_column(str(number), justify="center")
    for name, said in found.mistakes.items():
        table.add_row(said, *(_mark(row, name) for row in found.rows))
    out.print(table)
    for number, row in enumerate(found.rows, start=1):
        out.print(f"{number:2} {row.said}: {row.total}", highlight=False, soft_wrap=True)
    out.print("x caught, o missed, blank where the mistake cannot be made", highlight=False)
    out.print(found.about, highlight=False, soft_wrap=True)


def _mark(row: Row, name: str) -> str:
    if name in row.caught:
        return "x"
    return "o" if name in row.missed else ""
