"""The command that scores the suite itself."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.progress import track

from optimspec.conformance.cli.files import (
    ACCEPTED,
    NOT_ACCEPTED,
    HtmlPath,
    JsonPath,
    require_writable,
    say_written,
    unusable,
    write_text,
)
from optimspec.conformance.console_score import show_score
from optimspec.conformance.environment import SEED
from optimspec.conformance.protocol import FORMATS
from optimspec.conformance.score_run import Selection, score
from optimspec.conformance.terminal import Terminal
from optimspec.reports import score as page
from optimspec.spec import ALGORITHMS, Algorithm, SpecError, algorithm

USUAL: Final = ("float64", "float32")
"""Where a wrong formula shows most clearly, and where optimizers run."""


def mutants(
    spec: Annotated[
        list[str] | None,
        typer.Option(help="Plant into these equations, and no faults into code; repeat."),
    ] = None,
    dtype: Annotated[
        list[str] | None,
        typer.Option(help=f"Parameter format; repeat. Default: {', '.join(USUAL)}."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only what has a matching id, such as 'mutation:theta:*'; repeat."),
    ] = None,
    pairs: Annotated[str, typer.Option(help="How many pairs of known edits, or 'all'.")] = "60",
    mutations: Annotated[
        str, typer.Option(help="How many mutations of each algorithm, or 'all'.")
    ] = "all",
    seed: Annotated[int, typer.Option(min=0, help="Every random input follows from it.")] = SEED,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one for each core.")
    ] = None,
    html_path: HtmlPath = None,
    json_path: JsonPath = None,
) -> None:
    """Plant every known and every conceivable slip, and count those that the suite catches."""
    selection = Selection(
        bases=_bases(spec or []),
        formats=_formats(dtype or []),
        pairs=_number("--pairs", pairs),
        mutations=_number("--mutations", mutations),
        faults=not spec,
        only=tuple(only or []),
        seed=seed,
    )
    require_writable(html_path, json_path)
    out = Terminal()
    found = score(
        selection,
        jobs,
        lambda done, total: track(
            done, "judging", total, console=out, transient=True, disable=not out.is_terminal
        ),
    )
    show_score(out, found)
    if json_path is not None:
        write_text(json_path, found.model_dump_json(indent=2) + "\n")
    if html_path is not None:
        write_text(html_path, page.render(found))
    say_written(out, html_path, json_path)
    raise typer.Exit(NOT_ACCEPTED if found.shortfalls else ACCEPTED)


def _bases(spec: list[str]) -> tuple[Algorithm, ...]:
    try:
        return tuple(algorithm(name) for name in spec or ALGORITHMS)
    except SpecError as problem:
        unusable(str(problem))


def _formats(dtype: list[str]) -> tuple[str, ...]:
    unknown = [name for name in dtype if name not in FORMATS]
    if unknown:
        unusable(f"--dtype takes one of {', '.join(FORMATS)}; found {unknown[0]!r}.")
    return tuple(dtype) or USUAL


def _number(option: str, given: str) -> int | None:
    if given != "all" and not given.isdecimal():
        unusable(f"{option} takes a number or 'all'; found {given!r}.")
    return None if given == "all" else int(given)
