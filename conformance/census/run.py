"""A census under way: one environment after the other, all cores at work on its rows."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimspec.conformance.census.declared import Declared, DeclaredRow
from optimspec.conformance.census.environments import NotBuilt, python_of
from optimspec.conformance.census.gather import formula_of, row_of
from optimspec.conformance.census.hired import Worker, WorkerLost, hired
from optimspec.conformance.census.known import Known
from optimspec.conformance.census.worker import Asked, Installed, Inventory, Judged, Task
from optimspec.conformance.census_record import Census, Row
from optimspec.conformance.record import Verdict


@dataclass(frozen=True)
class Wanted:
    """What is asked of every row, and where environments are kept.

    Attributes
    ----------
    packages
        The packages whose rows are judged; none for all.
    anew
        Whether environments are made again, with today's versions.
    """

    formats: Sequence[str]
    seed: int
    seconds: int
    memory: int
    environments: Path
    packages: Sequence[str] = ()
    anew: bool = False


@dataclass(frozen=True)
class Entry:
    """A declared row and its package."""

    package: str
    row: DeclaredRow


class Run:
    """A census under way.

    Parameters
    ----------
    lists
        What there is to be judged.
    wanted
        How it is judged, and which packages.
    before
        An earlier census: its rows are kept where they would be the same; or None.
    say
        Called with each step that is not a row.
    """

    def __init__(
        self,
        lists: Sequence[Declared],
        wanted: Wanted,
        before: Census | None,
        say: Callable[[str], None],
    ) -> None:
        self._lists, self._wanted, self._say = lists, wanted, say
        self._chosen = only(lists, wanted.packages) if wanted.packages else lists
        self._known = Known(wanted.formats, wanted.seed, before)

    @property
    def size(self) -> int:
        """How many rows there are to be judged."""
        return sum(len(entries_of(declared)) for declared in self._chosen)

    @property
    def census(self) -> Census:
        """All that is known so far, in the order of the lists."""
        return self._known.census(self._lists)

    def rows(self) -> Generator[Row, None, None]:
        """Every row, as soon as it is there; of each environment those that are kept come first."""
        for declared in self._chosen:
            try:
                yield from self._of(declared)
            except (NotBuilt, WorkerLost) as problem:
                self._known.lack(declared, str(problem))

    def _of(self, declared: Declared) -> Iterator[Row]:
        """The rows of one environment."""
        own, wanted, known = declared.environment, self._wanted, self._known
        python = python_of(own, wanted.environments, anew=wanted.anew, say=self._say)
        log = wanted.environments / f"{own.name}.log"
        with hired(python, own.variables, log) as worker:
            installed = worker.installed(_inventory(declared, wanted.seed))
            known.enter(declared, installed.environment, installed.versions)
            there = [e for e in entries_of(declared) if e.package in installed.versions]
            left = []
            for entry in there:
                if row := _kept(entry, own.name, installed, known.before):
                    yield known.add(row, entry.row, installed.stale)
                else:
                    left.append(entry)
            for judged in self._judged(worker, left):
                entry = left[judged.number]
                if formula := formula_of(judged.record):
                    known.add_formula(formula)
                row = row_of(entry.package, entry.row, judged.record)
                yield known.add(row, entry.row, installed.stale)

    def _judged(self, worker: Worker, left: Sequence[Entry]) -> Iterator[Judged]:
        if not left:
            return
        wanted = self._wanted
        rows = {
            number: Asked(
                reference=entry.row.through or entry.row.target,
                spec=entry.row.spec,
                arguments=entry.row.arguments,
            )
            for number, entry in enumerate(left)
        }
        yield from worker.judged(
            Task(
                rows=rows,
                formats=list(wanted.formats),
                seed=wanted.seed,
                seconds=wanted.seconds,
                memory=wanted.memory,
            )
        )


def _inventory(declared: Declared, seed: int) -> Inventory:
    said = [e.row.confirmed.findings for e in entries_of(declared) if e.row.confirmed]
    return Inventory(
        packages=[package.name for package in declared.package],
        findings=[finding for findings in said for finding in findings],
        seed=seed,
    )


def _kept(
    entry: Entry, environment: str, installed: Installed, before: Census | None
) -> Row | None:
    """The earlier census's row, if judging it again would give the same."""
    if before is None or before.environments.get(environment) != installed.environment:
        return None
    versions = {p.name: p.version for p in before.packages if p.environment == environment}
    if versions.get(entry.package) != installed.versions[entry.package]:
        return None
    key = entry.package, entry.row.title, entry.row.spec
    row = next((row for row in before.rows if row.key == key), None)
    if row is None or row.verdict is Verdict.ERROR or row.through != entry.row.through:
        return None
    return row


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
