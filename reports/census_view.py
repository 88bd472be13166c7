"""What the page of a census shows of it: places, counts, what differs, and commands."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from shlex import quote as shell
from typing import Final
from urllib.parse import quote, urlencode

from optimspec.conformance.census_record import Census, Formula, Package, Relation, Row
from optimspec.conformance.record import Verdict
from optimspec.conformance.specification_record import (
    EditRecord,
    EquationRecord,
    Setting,
    Specification,
)
from optimspec.conformance.visible import visible
from optimspec.reports.wording import number

UNKNOWN: Final = "unknown"
"""Stands for the formula of a row that nothing explains."""

UNJUDGED: Final = "unjudged"
"""Stands for that of a row that could not be judged."""


@dataclass(frozen=True)
class Library:
    """A package as the page shows it: with its rows, each with its place in the page."""

    package: Package
    rows: Sequence[tuple[str, Row]]

    def of(self, spec: str) -> list[tuple[str, Row]]:
        """The rows that were judged by a specification."""
        return [(place, row) for place, row in self.rows if row.spec == spec]


@dataclass(frozen=True)
class Bar:
    """How many rows of an algorithm compute the same.

    Attributes
    ----------
    key
        Their :func:`token`.
    share
        Their share of the rows of the commonest, in percent.
    address
        The part of the page's address that shows them alone.
    """

    key: str
    label: str
    count: int
    share: float
    address: str


@dataclass(frozen=True)
class Line:
    """An equation of a formula beside the paper's.

    Attributes
    ----------
    paper
        The paper's equation as LaTeX where it is another; None where the paper has none.
    """

    equation: EquationRecord
    is_changed: bool
    paper: str | None


@dataclass(frozen=True)
class Shown:
    """An algorithm as the page shows it, with the formulas that rows judged by it compute."""

    specification: Specification
    rows: Sequence[Row]
    formulas: dict[str, Formula]
    relations: Sequence[Relation]

    @cached_property
    def bars(self) -> list[Bar]:
        """What its rows compute, the commonest first."""
        counts = Counter(map(token, self.rows)).most_common()
        return [
            Bar(
                key=key,
                label=self._label(key),
                count=count,
                share=round(100 * count / counts[0][1], 1),
                address=address(algorithm=self.specification.name, variant=key),
            )
            for key, count in counts
        ]

    def lines(self, formula: Formula) -> list[Line]:
        """The equations of a formula, each beside the paper's for the same variable."""
        paper = {e.variable: e.latex for e in self.specification.equations}
        return [
            Line(e, paper.get(e.variable) != e.latex, paper.get(e.variable))
            for e in formula.equations
        ]

    def dropped(self, formula: Formula) -> list[EquationRecord]:
        """The paper's equations for variables that a formula does without."""
        kept = {e.variable for e in formula.equations}
        return [e for e in self.specification.equations if e.variable not in kept]

    def _label(self, key: str) -> str:
        if key in self.formulas:
            return " + ".join(e.id for e in self.formulas[key].edits) or "as published"
        return {UNKNOWN: "not known", UNJUDGED: "could not be judged"}.get(key, key)


def libraries(census: Census) -> list[Library]:
    """Return the packages that have rows, by name; of several of one name, the first."""
    packages = {package.name: package for package in reversed(census.packages)}
    rows: dict[str, list[tuple[str, Row]]] = {}
    places: Counter[str] = Counter()
    for row in census.rows:
        place = at(*row.key)
        places[place] += 1
        more = f"~{places[place]}" if places[place] > 1 else ""
        rows.setdefault(row.package, []).append((place + more, row))
    return [Library(packages[name], rows[name]) for name in sorted(rows, key=str.casefold)]


def algorithms(census: Census) -> list[Shown]:
    """Return the algorithms that rows were judged by, those of the most packages first."""
    packages = Counter(spec for _, spec in {(row.package, row.spec) for row in census.rows})
    found = [
        Shown(
            specification=census.specifications[name],
            rows=[row for row in census.rows if row.spec == name],
            formulas={k: f for k, f in census.formulas.items() if f.algorithm == name},
            relations=[r for r in census.relations if _algorithm(census, r) == name],
        )
        for name in packages
    ]
    return sorted(
        found, key=lambda s: (-packages[s.specification.name], s.specification.title.casefold())
    )


def edits(census: Census) -> list[EditRecord]:
    """Return every edit that a formula has, once, by its id."""
    found = {edit.id: edit for formula in census.formulas.values() for edit in formula.edits}
    return [found[name] for name in sorted(found)]


def token(row: Row) -> str:
    """Return what stands for a row's formula in the page, whether it is known or not."""
    return row.formula or (UNJUDGED if row.verdict is Verdict.ERROR else UNKNOWN)


def at(*names: str) -> str:
    """Return a place in the page that is called by these names."""
    return ":".join(quote(visible(name), safe="") for name in names)


def address(**state: str) -> str:
    """Return the part of the page's address that the script reads a filter from."""
    return urlencode({name: visible(value) for name, value in state.items()})


def given(value: float) -> str:
    """Return a setting as it is written in code, with as few digits as tell it from others."""
    if not math.isfinite(value):
        return number(value)
    short = f"{value:.15g}"
    return re.sub(r"e\+?(-?)0*(\d)", r"e\1\2", short if float(short) == value else repr(value))


def settled(setting: Setting) -> bool:
    """Tell whether a target has the paper's value, or no such setting."""
    return setting.used is None or setting.used == setting.paper


def command(census: Census, row: Row) -> str:
    """Return the commands that judge a row again."""
    package = next(p for p in census.packages if p.name == row.package)
    versions = census.environments[package.environment].versions
    backend = versions.get("keras-backend")
    words = ["optimspec", "check", row.through or row.reference, "--spec", row.spec]
    for name, value in row.arguments.items():
        words += ["--arg", f"{name}={value!r}"]
    for name in census.formats:
        words += ["--dtype", name]
    words += ["--seed", str(census.seed)] if census.seed else []
    variable = f"KERAS_BACKEND={shell(backend)} " if backend and row.package == "keras" else ""
    released = package.version.partition("+")[0]
    install = f"pip install {shell(f'{package.name}=={released}')}"
    return f"{install}\n{variable}{' '.join(map(shell, words))}"


def _algorithm(census: Census, relation: Relation) -> str | None:
    """The algorithm whose formulas a relation joins."""
    formula = census.formulas.get(relation.one) or census.formulas.get(relation.other)
    return formula.algorithm if formula else None
