"""Lists of what a census judges: TOML files, one for each environment.

Installed packages name theirs by entry points of the group ``optimspec.census``, each of which
gives the paths of its files.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from optimspec.conformance.census_record import Finding
from optimspec.conformance.encoding import Encoded
from optimspec.conformance.names import titled
from optimspec.conformance.record import Verdict
from optimspec.spec import ALGORITHMS


class BadList(Exception):  # noqa: N818 - the name says the mistake
    """A file is no list for a census; the message says the rule, what was found and the remedy."""


class DeclaredEnvironment(Encoded):
    """A virtual environment, by the arguments of each ``pip install`` that makes it.

    Without any, it is the one in which the census runs.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    install: list[list[str]] = Field(default=[])
    variables: dict[str, str] = Field(default={})


class Confirmed(Encoded):
    """What was confirmed in the source, and of which verdict."""

    verdict: Verdict
    edits: list[str] = Field(default=[])
    findings: Annotated[list[Finding], Field(min_length=1)]


class DeclaredRow(Encoded):
    """An implementation with one choice of its options."""

    target: str
    spec: str
    arguments: dict[str, JsonValue] = Field(default={})
    through: str = ""
    confirmed: Confirmed | None = None

    @property
    def title(self) -> str:
        """The target with its arguments."""
        return titled(self.target, self.arguments)


class DeclaredPackage(Encoded):
    """A distribution and its rows."""

    name: str
    url: str = ""
    row: list[DeclaredRow]


class Declared(Encoded):
    """One list: an environment and what is judged in it."""

    environment: DeclaredEnvironment
    package: list[DeclaredPackage]


def shipped() -> list[Path]:
    """The files that installed packages bring, in the order of their names."""
    found = (path for entry in entry_points(group="optimspec.census") for path in entry.load())
    return sorted(found, key=lambda path: str(path.name))


def read(paths: Sequence[Path]) -> list[Declared]:
    """The lists in these files; raises BadList."""
    lists = [_read(path) for path in paths]
    if name := _twice(each.environment.name for each in lists):
        raise BadList(
            f"Each list has an environment of its own; {name!r} is that of two. Rename one."
        )
    if name := _twice(package.name for each in lists for package in each.package):
        raise BadList(f"A package is listed once; {name!r} is there twice. Join its rows.")
    return lists


def _twice(names: Iterable[str]) -> str:
    """The first of the names that comes again, or ""."""
    return next((name for name, count in Counter(names).items() if count > 1), "")


def _read(path: Path) -> Declared:
    try:
        declared = Declared.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadList(f"A list is a file that can be read; {path}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadList(f"A list is a TOML file; {path} is not: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadList(
            f"A list has [environment] and [[package]] with [[package.row]] (docs/census.md); "
            f"{path} has at {place}: {first['msg']}."
        ) from error
    _require_sense(declared, path)
    return declared


def _require_sense(declared: Declared, path: Path) -> None:
    seen = set()
    for package in declared.package:
        for row in package.row:
            if row.spec not in ALGORITHMS:
                raise BadList(
                    f"A row's spec is one of `optimspec list specs`; {row.title} in {path} has "
                    f"{row.spec!r}."
                )
            if (key := (package.name, row.title, row.spec)) in seen:
                raise BadList(f"A row is listed once; {row.title} is twice in {path}. Remove one.")
            seen.add(key)
