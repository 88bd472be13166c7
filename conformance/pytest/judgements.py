"""The records of a session, each made once, whatever number of processes it has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from optimspec.conformance.pytest.arguments import Expected
from optimspec.conformance.pytest.outcome import agreed
from optimspec.conformance.pytest.request import Request
from optimspec.conformance.record import Record

_PAUSE: Final = 0.2
"""Seconds between two looks at what another process judges."""


class Judgements:
    """Records in a folder, which all processes of a session share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, request: Request, others: Iterable[Request] = ()) -> Record:
        """The record of what was requested.

        If nobody has it, it is made together with those of ``others`` that nobody has, side by
        side; if another process is at work on it, that is waited for.
        """
        path = self._path(request)
        while not path.exists():
            try:
                with FileLock(self._folder / "lock", timeout=_PAUSE):
                    if not path.exists():
                        self._judge([request, *others])
            except Timeout:
                continue
        return Record.model_validate_json(path.read_text(encoding="utf-8"))

    def expect(self, request: Request, expected: Expected) -> None:
        """Keep what the function at the request's place expects to fail, for :meth:`records`."""
        function = hashlib.sha256(request.place.encode()).hexdigest()
        path = self._path(request).with_suffix(f".{function}.expected")
        path.write_text(json.dumps(expected), encoding="utf-8")

    def records(self) -> list[Record]:
        """All that were made, by name, with what was expected of them by every test function."""
        found = []
        for path in self._folder.glob("*.json"):
            record = Record.model_validate_json(path.read_text(encoding="utf-8"))
            checks = agreed(record.checks, self._expected(path))
            found.append(record.model_copy(update={"checks": checks}))
        return sorted(found, key=lambda record: record.target)

    def _expected(self, path: Path) -> list[Expected]:
        kept = sorted(self._folder.glob(f"{path.stem}.*.expected"))
        return [json.loads(function.read_text(encoding="utf-8")) for function in kept]

    def _judge(self, requests: Iterable[Request]) -> None:
        from optimspec.conformance.pytest.judging import judged  # which takes seconds

        left = {r.key: r for r in requests if not self._path(r).exists()}
        for request, record in judged(left.values()):
            part = self._path(request).with_suffix(".part")
            part.write_text(record.model_dump_json(), encoding="utf-8")
            part.replace(self._path(request))

    def _path(self, request: Request) -> Path:
        return self._folder / f"{request.key}.json"
