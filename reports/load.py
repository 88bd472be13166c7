"""Records from a JSON file and back."""

from __future__ import annotations

import errno
import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from optimspec.conformance.record import SCHEMA_VERSION, Record, Series
from optimspec.conformance.visible import excerpt, one_line

MAX_BYTES: Final = 32 * 2**20
"""The largest file that is read: hundreds of records of the usual size. Whatever it holds, it needs
a few gigabytes of memory at most."""

_MOST: Final = 200
"""Characters of a sentence that come from a file."""


class UnreadableReport(Exception):  # noqa: N818 - the name says the mistake
    """A file doesn't hold records; the message says what it holds, and the remedy."""


def read(path: str | Path) -> list[Record]:
    """Return the records in the JSON file ``path``, which holds one or a list of them.

    Raises
    ------
    UnreadableReport
        If there is no such file, it is larger than :data:`MAX_BYTES`, it is not JSON, or what it
        holds is not a record of this schema version.
    """
    found, name = parsed(path), one_line(str(path))
    items = found if isinstance(found, list) else [found]
    if not items:
        raise UnreadableReport(
            f"A report holds at least one record: {name} holds an empty list. "
            f"Write it again with --json."
        )
    return [
        _record(item, f"record {place} of {name}" if isinstance(found, list) else name)
        for place, item in enumerate(items, start=1)
    ]


def parsed(path: str | Path) -> Any:  # noqa: ANN401 - anything that JSON can hold
    """What the JSON in a file says; raises UnreadableReport."""
    name = one_line(str(path))
    try:
        return from_json(_bytes(Path(path), name).removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise UnreadableReport(
            f"A report is a JSON file: {name} is not, or was cut short ({_quoted(str(error))}). "
            f"Write it again with --json."
        ) from error


def dumps(records: Sequence[Record]) -> str:
    """Return ``records`` as JSON: one record for one target, a list for several."""
    items = [json.loads(record.model_dump_json()) for record in records]
    return json.dumps(items[0] if len(items) == 1 else items, indent=2) + "\n"


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may never end
            raise OSError(errno.EINVAL, "it is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _quoted(str(error))
        raise UnreadableReport(
            f"A report is a file that can be read: {name} cannot be ({reason}). Check the path."
        ) from error
    if len(data) > MAX_BYTES:
        raise UnreadableReport(
            f"A report has at most {MAX_BYTES} bytes: {name} has more. "
            f"Split its list of records into several files."
        )
    return data


def _record(item: Any, where: str) -> Record:  # noqa: ANN401 - anything that JSON can hold
    version = item.get("schema_version") if isinstance(item, dict) else None
    if version is not None and version != SCHEMA_VERSION:
        raise UnreadableReport(
            f"Records are read in schema version {SCHEMA_VERSION}: {where} has version "
            f"{_quoted(repr(version))}. Judge the target again with this release, or read the "
            f"file with the release that wrote it."
        )
    try:
        record = Record.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        raise UnreadableReport(
            f"A report holds records as optimspec writes them: {where} does not "
            f"({_quoted(place)}: {_quoted(first['msg'])}). Write it again with --json."
        ) from error
    for run in record.series:
        _require_steps(run, where)
    return record


def _require_steps(run: Series, where: str) -> None:
    """Refuse a series that cannot be drawn."""
    if not len(run.steps) == len(run.error) == len(run.bound):
        raise UnreadableReport(
            f"A series has an error and a bound for each step: {where} has {len(run.steps)} steps, "
            f"{len(run.error)} errors and {len(run.bound)} bounds. Write it again with --json."
        )
    if run.steps != sorted(run.steps) or not all(0 < step < 2**63 for step in run.steps):
        raise UnreadableReport(
            f"A series counts its steps from 1: {where} has {_quoted(str(run.steps))}. Write it "
            f"again with --json."
        )


def _quoted(text: str) -> str:
    return one_line(excerpt(text, _MOST))
