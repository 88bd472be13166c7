"""What is known in a census under way: rows of an earlier one too, until they are judged again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from optimspec.conformance.census.declared import Declared, DeclaredRow
from optimspec.conformance.census.gather import with_findings
from optimspec.conformance.census_record import (
    Census,
    Finding,
    Formula,
    Missing,
    Package,
    Row,
)
from optimspec.conformance.describe import specification
from optimspec.conformance.record import Environment
from optimspec.spec import algorithm

Key = tuple[str, str, str]
"""A row's package, its title and its specification."""


class Known:
    """Rows, and what is told once of all of them.

    Parameters
    ----------
    before
        An earlier census of the same formats and seed, or None. What it has of an environment
        stays until that is entered.
    """

    def __init__(self, formats: Sequence[str], seed: int, before: Census | None) -> None:
        self._formats, self._seed = list(formats), seed
        usable = before and (list(before.formats), before.seed) == (self._formats, seed)
        self.before = before if usable else None
        old = self.before
        self._rows: dict[Key, Row] = {row.key: row for row in old.rows} if old else {}
        self._formulas: dict[str, Formula] = dict(old.formulas) if old else {}
        self._packages: list[Package] = list(old.packages) if old else []
        self._environments: dict[str, Environment] = dict(old.environments) if old else {}
        self._missing: list[Missing] = list(old.missing) if old else []

    def enter(self, declared: Declared, environment: Environment, versions: dict[str, str]) -> None:
        """Say what is installed in an environment; rows of its packages are dropped."""
        name = declared.environment.name
        own = {package.name for package in declared.package}
        self._drop(name, own)
        self._environments[name] = environment
        for p in declared.package:
            if at := versions.get(p.name):
                self._packages.append(Package(name=p.name, version=at, url=p.url, environment=name))
            else:
                why = f"The list's pip commands install no distribution called {p.name}."
                self._missing.append(Missing(name=p.name, environment=name, why=why))

    def lack(self, declared: Declared, why: str) -> None:
        """Say that an environment cannot be used; what is known of it already stays."""
        name = declared.environment.name
        self._missing = [m for m in self._missing if m.environment != name] + [
            Missing(name=package.name, environment=name, why=why)
            for package in declared.package
            if any((package.name, row.title, row.spec) not in self._rows for row in package.row)
        ]

    def add(self, row: Row, declared: DeclaredRow, stale: Sequence[Finding]) -> Row:
        """Add a row with the findings that hold for it, and return it so."""
        found = with_findings(row, declared, stale)
        self._rows[found.key] = found
        return found

    def add_formula(self, formula: Formula) -> None:
        """Add what a row computes."""
        self._formulas.setdefault(formula.key, formula)

    def census(self, lists: Sequence[Declared]) -> Census:
        """All that is known of these lists, rows in their order."""
        listed = [
            (package.name, row.title, row.spec)
            for declared in lists
            for package in declared.package
            for row in package.row
        ]
        names = {declared.environment.name: declared for declared in lists}
        packages = {(p.name, d.environment.name) for d in lists for p in d.package}
        rows = [self._rows[key] for key in listed if key in self._rows]
        formulas = {row.formula: self._formulas[row.formula] for row in rows if row.formula}
        titles = {row.spec for row in rows} | {f.algorithm for f in formulas.values()}
        return Census(
            made=f"{datetime.now(UTC):%Y-%m-%d}",
            formats=self._formats,
            seed=self._seed,
            packages=[p for p in self._packages if (p.name, p.environment) in packages],
            rows=rows,
            formulas=dict(sorted(formulas.items())),
            specifications={
                title: specification(algorithm(title), proofs=False) for title in sorted(titles)
            },
            relations=[],
            environments={n: e for n, e in self._environments.items() if n in names},
            missing=[m for m in self._missing if (m.name, m.environment) in packages],
        )

    def _drop(self, environment: str, packages: set[str]) -> None:
        here = {(name, environment) for name in packages}
        self._packages = [p for p in self._packages if (p.name, p.environment) not in here]
        self._missing = [m for m in self._missing if (m.name, m.environment) not in here]
        self._rows = {key: row for key, row in self._rows.items() if key[0] not in packages}
