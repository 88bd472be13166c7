"""A census under way: one environment after the other, what is known so far at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from optimspec.conformance.census.declared import Declared, DeclaredEnvironment, DeclaredRow
from optimspec.conformance.census.environments import NotBuilt, python_of
from optimspec.conformance.census.gather import formula_of, row_of, with_findings
from optimspec.conformance.census.hired import Worker, WorkerLost, hired
from optimspec.conformance.census.worker import Asked, Installed, Inventory, Judged, Task
from optimspec.conformance.census_record import Census, Formula, Missing, Package, Row
from optimspec.conformance.describe import specification
from optimspec.conformance.record import Environment, Verdict
from optimspec.spec import algorithm


@dataclass(frozen=True)
class Wanted:
    """What is asked of every row, and where environments are kept.

    Attributes
    ----------
    anew
        Whether environments are made again, with today's versions.
    """

    formats: Sequence[str]
    seed: int
    seconds: int
    memory: int
    environments: Path
    anew: bool = False


@dataclass(frozen=True)
class Entry:
    """A declared row and its package."""

    package: str
    row: DeclaredRow


@dataclass
class Run:
    """A census under way.

    Attributes
    ----------
    lists
        What is judged.
    wanted
        How.
    before
        An earlier census, whose rows are kept where they would be the same; or None.
    say
        Called with each step that is not a row.
    """

    lists: Sequence[Declared]
    wanted: Wanted
    before: Census | None
    say: Callable[[str], None]
    _rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    _formulas: dict[str, Formula] = field(default_factory=dict)
    _packages: list[Package] = field(default_factory=list)
    _missing: list[Missing] = field(default_factory=list)
    _environments: dict[str, Environment] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """Every row that is judged now, as soon as it is there; those that are kept come first."""
        for declared in self.lists:
            try:
                yield from self._of(declared)
            except (NotBuilt, WorkerLost) as problem:
                self._lacking(declared, str(problem))

    @property
    def census(self) -> Census:
        """All that is known so far, rows in the order of the lists."""
        order = [_key(entry) for declared in self.lists for entry in entries_of(declared)]
        rows = [self._rows[key] for key in order if key in self._rows]
        formulas = {row.formula: self._formulas[row.formula] for row in rows if row.formula}
        names = {row.spec for row in rows} | {f.algorithm for f in formulas.values()}
        return Census(
            made=f"{datetime.now(UTC):%Y-%m-%d}",
            formats=list(self.wanted.formats),
            seed=self.wanted.seed,
            packages=self._packages,
            rows=rows,
            formulas=dict(sorted(formulas.items())),
            specifications={
                name: specification(algorithm(name), proofs=False) for name in sorted(names)
            },
            relations=[],
            environments=self._environments,
            missing=self._missing,
        )

    def _of(self, declared: Declared) -> Iterator[Row]:
        """The rows of one environment."""
        own, wanted = declared.environment, self.wanted
        python = python_of(own, wanted.environments, anew=wanted.anew, say=self.say)
        log = wanted.environments / f"{own.name}.log"
        with hired(python, own.variables, log) as worker:
            installed = worker.installed(self._inventory(declared))
            self._found(declared, installed)
            there = [e for e in entries_of(declared) if e.package in installed.versions]
            kept = {_key(e): row for e in there if (row := self._kept(e, own, installed))}
            for entry in there:
                if row := kept.get(_key(entry)):
                    yield self._add(entry, row, installed)
            left = [entry for entry in there if _key(entry) not in kept]
            for judged in self._judged(worker, left):
                entry = left[judged.number]
                if formula := formula_of(judged.record):
                    self._formulas.setdefault(formula.key, formula)
                yield self._add(entry, row_of(entry.package, entry.row, judged.record), installed)

    def _inventory(self, declared: Declared) -> Inventory:
        said = [e.row.confirmed.findings for e in entries_of(declared) if e.row.confirmed]
        return Inventory(
            packages=[package.name for package in declared.package],
            findings=[finding for findings in said for finding in findings],
            seed=self.wanted.seed,
        )

    def _found(self, declared: Declared, installed: Installed) -> None:
        name = declared.environment.name
        self._environments[name] = installed.environment
        for p in declared.package:
            if at := installed.versions.get(p.name):
                self._packages.append(Package(name=p.name, version=at, url=p.url, environment=name))
            else:
                why = f"The list's pip commands install no distribution called {p.name}."
                self._missing.append(Missing(name=p.name, environment=name, why=why))

    def _lacking(self, declared: Declared, why: str) -> None:
        """The packages of an environment that cannot be used, but for what is known already."""
        name = declared.environment.name
        known = {package.name for package in self._packages if package.environment == name}
        self._missing += [
            Missing(name=package.name, environment=name, why=why)
            for package in declared.package
            if package.name not in known
            or any(_key(Entry(package.name, row)) not in self._rows for row in package.row)
        ]

    def _kept(self, entry: Entry, own: DeclaredEnvironment, installed: Installed) -> Row | None:
        """The earlier census's row, if judging it again would give the same."""
        before = self.before
        if before is None or list(before.formats) != list(self.wanted.formats):
            return None
        if before.environments.get(own.name) != installed.environment:
            return None
        versions = {p.name: p.version for p in before.packages if p.environment == own.name}
        if versions.get(entry.package) != installed.versions[entry.package]:
            return None
        rows = (row for row in before.rows if row.key == _key(entry))
        row = next(rows, None)
        if row is None or row.verdict is Verdict.ERROR or row.through != entry.row.through:
            return None
        if row.formula:
            self._formulas.setdefault(row.formula, before.formulas[row.formula])
        return row

    def _judged(self, worker: Worker, left: Sequence[Entry]) -> Iterator[Judged]:
        if not left:
            return
        wanted = self.wanted
        rows = {
            number: Asked(
                reference=entry.row.through or entry.row.target,
                spec=entry.row.spec,
                arguments=entry.row.arguments,
            )
            for number, entry in enumerate(left)
        }
        task = Task(
            rows=rows,
            formats=list(wanted.formats),
            seed=wanted.seed,
            seconds=wanted.seconds,
            memory=wanted.memory,
        )
        yield from worker.judged(task)

    def _add(self, entry: Entry, row: Row, installed: Installed) -> Row:
        found = with_findings(row, entry.row, installed.stale)
        self._rows[_key(entry)] = found
        return found


def entries_of(declared: Declared) -> list[Entry]:
    """The rows of a list."""
    return [Entry(package.name, row) for package in declared.package for row in package.row]


def only(lists: Sequence[Declared], packages: Sequence[str]) -> list[Declared]:
    """The lists without other packages than these; those that are left without any are left out."""
    chosen = [
        declared.model_copy(update={"package": [p for p in declared.package if p.name in packages]})
        for declared in lists
    ]
    return [declared for declared in chosen if declared.package]


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.package, entry.row.title, entry.row.spec
