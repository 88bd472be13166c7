"""What changed between two censuses: the question of an upgrade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimspec.conformance.census_record import Census, Package, Row
from optimspec.reports.census_view import given, token
from optimspec.reports.diff import Change, of_aspects, of_constants


def changes(old: Census, new: Census) -> list[Change]:
    """Return what changed from ``old`` to ``new``: packages first, then rows one by one.

    Packages are paired by name and environment, rows by package, target and specification. In the
    place of a specification a package has its environment, and of a row the package is named too.
    """
    before, after = _packages(old), _packages(new)
    versions = [
        Change(*key, "version", _version(before.get(key)), _version(after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if _version(before.get(key)) != _version(after.get(key))
    ]
    rows, rows_new = ({row.key: row for row in census.rows} for census in (old, new))
    return versions + [
        change
        for key in dict.fromkeys([*rows, *rows_new])
        for change in _between(key, rows.get(key), rows_new.get(key))
    ]


def _packages(census: Census) -> dict[tuple[str, str], Package]:
    return {(package.name, package.environment): package for package in census.packages}


def _version(package: Package | None) -> str | None:
    return None if package is None else package.version


def _between(key: tuple[str, str, str], old: Row | None, new: Row | None) -> Iterator[Change]:
    package, target, spec = key
    name = f"{package} {target}"
    if old is None or new is None:
        verdicts = (None if row is None else row.verdict.value for row in (old, new))
        yield Change(name, spec, "target", *verdicts)
        return
    yield from of_aspects(name, spec, _aspects(old), _aspects(new))
    yield from of_constants(name, spec, old.error_constants, new.error_constants)


def _aspects(row: Row) -> Mapping[str, str]:
    """What is told of a row in words; of checks, those that did not pass or skip."""
    used = {s.name: "none" if s.used is None else given(s.used) for s in row.settings}
    return {
        "verdict": row.verdict.value,
        "formula": token(row),
        **{f"default {name}": value for name, value in used.items()},
        **{f"check {check.id}": check.status.value for check in row.failed},
    }
