"""The commands that show what the suite knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from optimspec.conformance import console_explain as show
from optimspec.conformance.cli.files import HtmlPath, require_writable, say_written, unusable
from optimspec.conformance.cli.listing import LISTS, list_names
from optimspec.conformance.explain import catalogue, explain_algorithm, explain_entry
from optimspec.conformance.explain_record import (
    AlgorithmRecord,
    Catalogue,
    EntryRecord,
    Explanation,
)
from optimspec.conformance.terminal import Terminal
from optimspec.reports import explain as page
from optimspec.spec import (
    Algorithm,
    Category,
    Kind,
    SpecError,
    algorithm,
    lookup,
)

K = TypeVar("K", bound=StrEnum)


ENTRY_LISTS: Final = {"entries": None, "variants": Kind.VARIANT, "bugs": Kind.BUG}
"""What lists entries of the catalogue, and of which kind."""


def explain(
    name: Annotated[str, typer.Argument(help="A specification, or an entry of the catalogue.")],
    html_path: HtmlPath = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write the explanation as data here.")
    ] = None,
) -> None:
    """Show the equations of a specification, or what an entry of the catalogue changes."""
    try:
        found = lookup(name)
    except SpecError as problem:
        unusable(str(problem))
    require_writable(html_path, json_path)
    out = Terminal()
    told: AlgorithmRecord | Explanation
    if isinstance(found, Algorithm):
        told = explain_algorithm(found)
        show.show_algorithm(out, told)
    else:
        told = explain_entry(found, None if html_path or json_path else show.IN_FULL)
        show.show_explanation(out, told)
    if html_path:
        html_path.write_text(page.render(told), encoding="utf-8")
    if json_path:
        json_path.write_text(told.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
    say_written(out, html_path, json_path)


def list_(
    what: Annotated[
        str, typer.Argument(help="specs, entries, variants, bugs, checks or targets.")
    ] = "",
    category: Annotated[
        str, typer.Option("--class", help=f"Entries of one class: {', '.join(Category)}.")
    ] = "",
    kind: Annotated[str, typer.Option(help=f"Entries of one kind: {', '.join(Kind)}.")] = "",
    spec: Annotated[str, typer.Option(help="Entries that apply to this specification.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of lines.")] = False,
    html_path: HtmlPath = None,
) -> None:
    """List what the suite knows by name."""
    chosen = any((category, kind, spec, html_path))
    if what in ENTRY_LISTS:
        wanted = _wanted(what, category, kind, spec)
        require_writable(html_path)
        _list_entries(Catalogue(entries=catalogue(wanted)), html_path, as_json=as_json)
    elif what not in LISTS:
        names = ", ".join([*ENTRY_LISTS, *LISTS])
        unusable(f"list takes one of {names}; found {repr(what) if what else 'none'}.")
    elif chosen:
        unusable(
            f"--class, --kind, --spec and --html are for lists of entries, and {what} are none; "
            f"give them with {', '.join(ENTRY_LISTS)}."
        )
    else:
        list_names(LISTS[what](), as_json=as_json)


def _wanted(what: str, category: str, kind: str, spec: str) -> Callable[[EntryRecord], bool]:
    """Which entries the options ask for."""
    kinds = {ENTRY_LISTS[what], _option("--kind", kind, Kind)} - {None}
    if len(kinds) > 1:
        unusable(f"--kind must agree with the list: {what} are not of the kind {kind!r}.")
    class_ = _option("--class", category, Category)
    try:
        of = algorithm(spec) if spec else None
    except SpecError as problem:
        unusable(str(problem))
    return lambda entry: (
        (not kinds or entry.kind in kinds)
        and class_ in (None, entry.category)
        and (of is None or of.name in entry.algorithms)
    )


def _option(name: str, value: str, choices: type[K]) -> K | None:
    """The choice that an option names; None if it is not given."""
    if value and value not in list(choices):
        unusable(f"{name} takes one of {', '.join(choices)}; found {value!r}.")
    return choices(value) if value else None


def _list_entries(found: Catalogue, html_path: Path | None, *, as_json: bool) -> None:
    out = Terminal()
    if as_json:
        data = found.model_dump(mode="json", by_alias=True)["entries"]
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    elif html_path is None:
        show.show_entries(out, found.entries)
    if html_path:
        html_path.write_text(page.render(found), encoding="utf-8")
        say_written(Terminal(stderr=as_json), html_path)
