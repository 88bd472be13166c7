"""What judges rows in an environment of their own: two questions, a line for each answer.

It is run as ``python -m optimspec.conformance.census.worker`` by :mod:`.hired`.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from contextlib import closing
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from pydantic import JsonValue

from optimspec.conformance.census_record import Finding
from optimspec.conformance.confined import Limits
from optimspec.conformance.encoding import Encoded
from optimspec.conformance.environment import environment
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job, broken_off, run_job
from optimspec.conformance.record import Environment, Record
from optimspec.conformance.terminable import terminable


class Inventory(Encoded):
    """The first question: what is installed, and which of these lines are as they were?"""

    packages: list[str]
    findings: list[Finding]
    seed: int


class Installed(Encoded):
    """Its answer."""

    environment: Environment
    versions: dict[str, str]
    stale: list[Finding]


class Asked(Encoded):
    """A row to be judged."""

    reference: str
    spec: str
    arguments: dict[str, JsonValue]


class Task(Encoded):
    """The second question: what comes of these rows?"""

    rows: dict[int, Asked]
    formats: list[str]
    seed: int
    seconds: int
    memory: int


class Judged(Encoded):
    """One of its answers, in the order in which they are there."""

    number: int
    record: Record


def answer(source: TextIO, out: TextIO) -> None:
    """Answer both questions. The second may be missing."""
    first = Inventory.model_validate_json(source.readline())
    installed = Installed(
        environment=environment(first.seed),
        versions={name: found for name in first.packages if (found := _version(name))},
        stale=[finding for finding in first.findings if not holds(finding)],
    )
    print(installed.model_dump_json(), file=out, flush=True)
    if second := source.readline():
        _judge(Task.model_validate_json(second), out)


def _judge(task: Task, out: TextIO) -> None:
    """Judge rows, as many side by side as there are cores."""
    jobs = {
        number: Job(row.reference, row.spec, row.arguments) for number, row in task.rows.items()
    }
    one = partial(run_job, formats=task.formats, seed=task.seed)
    none = partial(broken_off, seed=task.seed)
    limits = Limits(task.seconds, task.memory << 20)
    with closing(isolated(jobs, one, none, limits, lambda _, __: None)) as outcomes:
        for number, outcome in outcomes:
            judged = Judged(number=number, record=outcome.record)
            print(judged.model_dump_json(), file=out, flush=True)


def holds(finding: Finding) -> bool:
    """Whether the line that a finding cites is still there, and still says what it cites."""
    path = Path(sysconfig.get_paths()["purelib"]) / finding.file
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return 0 < finding.line <= len(lines) and lines[finding.line - 1].strip() == finding.code


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what is imported may print
    with terminable():
        answer(sys.stdin, answers)
