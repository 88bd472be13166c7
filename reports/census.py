"""A census as one HTML page that stands alone, its script included, and from JSON."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from optimspec.conformance.census_record import CENSUS_VERSION, WRONG, Census
from optimspec.conformance.visible import excerpt, one_line
from optimspec.reports import census_view as view
from optimspec.reports.html import environment
from optimspec.reports.load import UnreadableReport, parsed
from optimspec.reports.wording import outcomes

TITLE: Final = "Census of optimizers"

_MOST: Final = 200
"""Characters of a sentence that come from a file."""


def read(path: str | Path) -> Census:
    """Return the census in a JSON file.

    Raises
    ------
    UnreadableReport
        If it cannot be read, or holds something else, a census of another version or a spoiled one.
    """
    found, name = parsed(path), one_line(str(path))
    version = found.get("schema_version") if isinstance(found, dict) else None
    if version is not None and version != CENSUS_VERSION:
        raise _unreadable(name, f"schema_version is {version!r}, not {CENSUS_VERSION!r}")
    try:
        census = Census.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the top level"
        raise _unreadable(name, f"{place}: {first['msg']}") from error
    if lacking := _lacking(census):
        raise _unreadable(name, lacking)
    return census


def render(census: Census) -> str:
    """Return a page about ``census``: the matrix, every row, and how two packages differ.

    The same census gives the same text. Without its script all of it can be read but the
    comparison of two packages.
    """
    pages = environment(style="census.css", script="census.js")
    pages.filters.update(
        command=partial(view.command, census),
        given=view.given,
        settled=view.settled,
        token=view.token,
    )
    return pages.get_template("census.html.j2").render(
        title=TITLE,
        headline=headline(census),
        census=census,
        libraries=view.libraries(census),
        algorithms=view.algorithms(census),
        edits=view.edits(census),
        at=view.at,
    )


def headline(census: Census) -> str:
    """Return how many rows of how many packages came out how, and how many are confirmed."""
    rows = census.rows
    if not rows:
        return "Nothing was judged."
    packages = len({row.package for row in rows})
    wrong = [row for row in rows if row.verdict in WRONG]
    confirmed = sum(bool(row.findings) for row in wrong)
    said = (
        f"{len(rows)} implementation{'s' * (len(rows) != 1)} of {packages} "
        f"package{'s' * (packages != 1)}: {outcomes(row.verdict for row in rows)}."
    )
    if not wrong:
        return said
    return f"{said} Confirmed in the source: {confirmed} of the {len(wrong)} imprecise or wrong."


def _lacking(census: Census) -> str:
    """What a row or formula names and the census does not have; "" where it has everything."""
    packages = {package.name for package in census.packages}
    for package in census.packages:
        if package.environment not in census.environments:
            return f"{package.name} is in {package.environment!r}, which is not listed"
    for row in census.rows:
        if row.package not in packages:
            return f"{row.target} is of package {row.package!r}, which is not listed"
        if row.spec not in census.specifications:
            return f"{row.target} is judged by {row.spec!r}, which is not listed"
        if row.formula is not None and row.formula not in census.formulas:
            return f"{row.target} computes {row.formula!r}, which is not listed"
    for key, formula in census.formulas.items():
        if formula.algorithm not in census.specifications:
            return f"{key} is of {formula.algorithm!r}, which is not listed"
    return ""


def _unreadable(name: str, found: str) -> UnreadableReport:
    return UnreadableReport(
        f"A census is read as version {CENSUS_VERSION} has it: {name} does not hold one "
        f"({one_line(excerpt(found, _MOST))}). Make it again with optimspec census --json."
    )
