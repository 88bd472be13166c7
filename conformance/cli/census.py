"""The command that judges whole lists of packages, each in the environment that it needs."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from optimspec.conformance.census import declared
from optimspec.conformance.census.environments import folder
from optimspec.conformance.census.relations import with_relations
from optimspec.conformance.census.run import Run, Wanted
from optimspec.conformance.census_record import Census, Row, dumps
from optimspec.conformance.cli.files import (
    ACCEPTED,
    NOT_ACCEPTED,
    HtmlPath,
    require_writable,
    say_written,
    unusable,
    write_text,
)
from optimspec.conformance.console import STYLE
from optimspec.conformance.defaults import MEBIBYTES, SECONDS, SEED
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.record import Verdict
from optimspec.conformance.terminable import terminable
from optimspec.conformance.terminal import Terminal
from optimspec.reports import census as page
from optimspec.reports import census_changes, diff, load


def census(
    package: Annotated[
        list[str] | None, typer.Option(help="Judge the rows of this package alone; repeat.")
    ] = None,
    list_path: Annotated[
        list[Path] | None,
        typer.Option("--list", help="A list to judge instead of those that are shipped; repeat."),
    ] = None,
    dtype: Annotated[
        list[str] | None,
        typer.Option(help="Parameter format; repeat. Default: float64 and float32."),
    ] = None,
    json_path: Annotated[
        Path, typer.Option("--json", help="Write the census here, after every row.")
    ] = Path("census.json"),
    html_path: HtmlPath = None,
    since: Annotated[
        Path | None, typer.Option(help="Print what changed since this earlier census.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Keep what the --json file has of the same versions."),
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Make the environments anew, with today's versions.")
    ] = False,
    environments: Annotated[
        Path | None, typer.Option(help="Where environments are kept. Default: the user's cache.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Every random input follows from it.")] = SEED,
    timeout: Annotated[
        int, typer.Option(min=1, max=10**6, help="Seconds after which a row's judgement is ended.")
    ] = SECONDS,
    memory: Annotated[
        int, typer.Option(min=1, max=2**30, help="MiB that a row may take (Linux).")
    ] = MEBIBYTES,
) -> None:
    """Judge every implementation of a list of packages: what does each really compute?"""
    lists = _lists(list_path or [], package or [])
    unknown = [name for name in dtype or [] if name not in FORMATS]
    if unknown:
        unusable(f"--dtype takes one of {', '.join(FORMATS)}; found {unknown[0]!r}.")
    require_writable(json_path, html_path)
    try:
        before = page.read(json_path) if resume and json_path.exists() else None
        earlier = page.read(since) if since else None
    except load.UnreadableReport as problem:
        unusable(str(problem))
    out = Terminal()
    wanted = Wanted(
        formats=dtype or ["float64", "float32"],
        seed=seed,
        seconds=timeout,
        memory=memory,
        environments=environments or folder(),
        packages=package or [],
        anew=refresh,
    )
    run = Run(lists, wanted, before, lambda step: _line(out, step))
    try:
        with terminable():
            _judge(out, run, json_path)
    finally:
        found = with_relations(run.census)
        write_text(json_path, dumps(found))
        if html_path:
            write_text(html_path, page.render(found))
    if earlier:
        both = (_of(each, package or []) for each in (earlier, found))
        _line(out, diff.render(census_changes.changes(*both)))
    _show_tally(out, found)
    say_written(out, html_path, records=json_path)
    failed = found.missing or any(row.verdict is Verdict.ERROR for row in found.rows)
    raise typer.Exit(NOT_ACCEPTED if failed else ACCEPTED)


def _lists(paths: list[Path], packages: list[str]) -> list[declared.Declared]:
    """What is to be judged; exits with a sentence where that is nothing."""
    try:
        lists = declared.read(paths or declared.shipped())
    except declared.BadList as problem:
        unusable(str(problem))
    known = {p.name for each in lists for p in each.package}
    for name in packages:
        if name not in known:
            unusable(
                f"--package takes the name of a listed distribution; {name!r} is not among "
                f"{', '.join(sorted(known))}."
            )
    return lists


def _of(found: Census, packages: list[str]) -> Census:
    """What a census has of these packages, or all of it."""
    if not packages:
        return found
    kept = {
        "packages": [p for p in found.packages if p.name in packages],
        "rows": [row for row in found.rows if row.package in packages],
    }
    return found.model_copy(update=kept)


def _judge(out: Console, run: Run, json_path: Path) -> None:
    """Judge all rows and write the census after each."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task("judging", total=run.size)
        with closing(run.rows()) as rows:
            for done, row in enumerate(rows, start=1):
                bar.update(task, advance=1)
                _show(out, row, f"({done}/{run.size})")
                write_text(json_path, dumps(run.census))


def _show(out: Console, row: Row, place: str) -> None:
    formula = (row.formula or "unknown").partition("+")
    edits = f" ({formula[2].replace('+', ', ')})" if formula[2] else ""
    open_point = "" if not row.unconfirmed else "  [yellow]unconfirmed[/]"
    style = STYLE[row.verdict]
    out.print(
        f"{place} {escape(row.package)}  {escape(row.target)}  [{style}]{row.verdict}[/]"
        f"{escape(edits)}{open_point}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def _show_tally(out: Console, found: Census) -> None:
    counts = Counter(row.verdict for row in found.rows)
    said = ", ".join(f"{counts[v]} {v}" for v in Verdict if counts[v])
    packages = {row.package for row in found.rows}
    _line(out, f"{len(found.rows)} rows of {len(packages)} packages: {said or 'none judged'}")
    if left := [row for row in found.rows if row.unconfirmed]:
        _line(out, f"{len(left)} verdicts are not confirmed in the source:")
        for row in left:
            _line(out, f"  {row.package} {row.target}: {row.unconfirmed}")
    for missing in found.missing:
        _line(out, f"not judged: {missing.name} ({missing.environment}): {missing.why}")
    _line(out, f"seed {found.seed}")


def _line(out: Console, text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
