"""Targets by checks: the columns that a set of records spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimspec.conformance.record import CheckResult, Record


@dataclass(frozen=True, slots=True)
class Group:
    """The checks whose ids begin alike: ``precision`` with ``float64``, ``float32``, ...

    Parameters
    ----------
    id
        The part of the ids before the first dot.
    checks
        The ids, in order.
    """

    id: str
    checks: tuple[str, ...]

    @property
    def title(self) -> str:
        """The group's name as a heading."""
        words = _words(self.id)
        return words[:1].upper() + words[1:]

    @property
    def alone(self) -> bool:
        """Whether the group is a single check of the group's own name."""
        return self.checks == (self.id,)

    def label(self, check: str) -> str:
        """Return the name of ``check`` within the group; "" if it is the whole group."""
        return _words(check.removeprefix(self.id).removeprefix("."))

    def results(self, record: Record) -> list[CheckResult]:
        """Return the record's results in this group."""
        return [check for check in record.checks if check.id in self.checks]


def groups(records: Sequence[Record]) -> list[Group]:
    """Return the groups of checks that occur in ``records``, in the order of the records.

    A check that only some records have stands after the one it follows there.
    """
    ids = _merged([check.id for check in record.checks] for record in records)
    found: dict[str, list[str]] = {}
    for check in ids:
        found.setdefault(check.partition(".")[0], []).append(check)
    return [Group(name, tuple(checks)) for name, checks in found.items()]


def _merged(sequences: Iterable[Iterable[str]]) -> list[str]:
    merged: list[str] = []
    for sequence in sequences:
        place = 0
        for item in sequence:
            if item not in merged:
                merged.insert(place, item)
            place = merged.index(item) + 1
    return merged


def _words(name: str) -> str:
    return name.replace("-", " ").replace(".", " ")
