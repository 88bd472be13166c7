"""A run as plain JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from optimspec.impls.gpu.finding import Finding

GPU_VERSION: Final = "1"
"""The version of the JSON form; ``optimspec.conformance.gpu_record`` describes it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run.

    Parameters
    ----------
    date
        When it ended, in UTC, as ISO 8601 has it.
    machine
        What results depend on.
    findings
        By the names of the steps that were made.
    """

    date: str
    machine: Mapping[str, str]
    findings: Mapping[str, Sequence[Finding]]

    @classmethod
    def now(cls, machine: Mapping[str, str], findings: Mapping[str, Sequence[Finding]]) -> Run:
        """A run that has just ended."""
        return cls(datetime.now(UTC).isoformat(timespec="seconds"), machine, findings)

    @property
    def all(self) -> Iterable[Finding]:
        """The findings of all steps."""
        return (finding for findings in self.findings.values() for finding in findings)

    @property
    def file_name(self) -> str:
        """A name that says when and on which GPU it was made."""
        gpu = re.sub(r"[^A-Za-z0-9]+", "-", self.machine.get("gpu", "no GPU")).strip("-")
        return f"{self.date[:10]}-{gpu}.json"

    def written(self) -> str:
        """The run as JSON; numbers that JSON cannot hold are written as text."""
        findings = [
            {"step": step, **_plain(asdict(finding))}
            for step, found in self.findings.items()
            for finding in found
        ]
        form = {"gpu_version": GPU_VERSION, "date": self.date, "machine": dict(self.machine)}
        return json.dumps({**form, "findings": findings}, indent=2, allow_nan=False) + "\n"


def joined(new: Run, path: Path) -> Run:
    """``new`` with what a file has of the steps that were not made again.

    Raises
    ------
    ValueError
        If the file holds no run of the same machine.
    """
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        rows = [(row.pop("step"), Finding(**row)) for row in old["findings"]]
        same = (old["gpu_version"], old["machine"].get("gpu")) == (
            GPU_VERSION,
            new.machine.get("gpu"),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no run: {type(error).__name__}: {error}") from error
    if not same:
        raise ValueError(f"{path} holds a run of another version or GPU.")
    kept: dict[str, list[Finding]] = {}
    for step, finding in rows:
        if step not in new.findings:
            kept.setdefault(step, []).append(finding)
    return Run(new.date, new.machine, {**kept, **new.findings})


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a finding holds
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value
