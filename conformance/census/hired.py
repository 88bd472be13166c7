"""A worker in another environment, seen from the one that hired it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from optimspec.conformance.census.worker import Installed, Inventory, Judged, Task
from optimspec.conformance.encoding import Encoded

_MODULE: Final = "optimspec.conformance.census.worker"

_PATIENCE: Final = 20
"""Seconds in which a worker that is told to end ends what it began."""


class WorkerLost(Exception):  # noqa: N818 - the name says the mistake
    """A worker ended before it had answered; the message says what it last wrote."""


class Worker:
    """A process in an environment, which answers what :mod:`.worker` is asked."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process, self._log = process, log

    def installed(self, question: Inventory) -> Installed:
        """What is in the environment; raises WorkerLost."""
        self._ask(question)
        return Installed.model_validate_json(self._line())

    def judged(self, task: Task) -> Iterator[Judged]:
        """The rows of a task with their records, as they are there; raises WorkerLost."""
        self._ask(task)
        for _ in task.rows:
            yield Judged.model_validate_json(self._line())

    def _ask(self, question: Encoded) -> None:
        assert self._process.stdin
        try:
            print(question.model_dump_json(), file=self._process.stdin, flush=True)
        except BrokenPipeError as error:
            raise self._lost() from error

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._lost()
        return line

    def _lost(self) -> WorkerLost:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        said = f": {lines[-1].strip()}" if lines else ""
        return WorkerLost(
            f"optimspec must run in the environment of a list; its process ended before it had "
            f"answered{said}. Everything it wrote is in {self._log}."
        )


@contextmanager
def hired(python: Path, variables: Mapping[str, str], log: Path) -> Iterator[Worker]:
    """A worker with this interpreter, these environment variables, and a file for what it writes.

    It ends with the context, and with it all that it began.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    # Targets are small: more threads would only wait for each other.
    given = own | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"} | dict(variables)
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [python, "-m", _MODULE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            text=True, encoding="utf-8", env=given, cwd=log.parent,
        )  # fmt: skip
        try:
            yield Worker(process, log)
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let a worker that is done go, or have one that is not end what it began."""
    assert process.stdin
    process.stdin.close()
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout
    process.stdout.close()
