"""A run as plain JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from optimspec.impls.gpu.finding import Finding

GPU_VERSION: Final = "1"
"""The version of the JSON form; ``optimspec.conformance.gpu_record`` describes it."""

_SAME: Final = (
    "gpu",
    "driver_version",
    "cuda",
    "nvcc",
    "torch",
    "triton",
    "optimspec",
)
"""What must be the same on the machine of a run that goes on."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run.

    Parameters
    ----------
    date
        When it began, in UTC, as ISO 8601 has it.
    machine
        What results depend on.
    findings
        By the names of the steps that were made.
    """

    date: str
    machine: Mapping[str, str]
    findings: Mapping[str, Sequence[Finding]]

    @classmethod
    def now(cls, machine: Mapping[str, str]) -> Run:
        """A run that begins, and has no findings."""
        return cls(datetime.now(UTC).isoformat(timespec="seconds"), machine, {})

    def without(self, steps: Iterable[str]) -> Run:
        """The run without what these steps found."""
        left_out = set(steps)
        kept = {name: found for name, found in self.findings.items() if name not in left_out}
        return replace(self, findings=kept)

    def having(self, step: str, finding: Finding) -> Run:
        """The run with one more finding of that step."""
        found = [*self.findings.get(step, ()), finding]
        return replace(self, findings={**self.findings, step: found})

    @property
    def all(self) -> Iterable[Finding]:
        """The findings of all steps."""
        return (finding for findings in self.findings.values() for finding in findings)

    @property
    def file_name(self) -> str:
        """A name that says when it began, and on which GPU."""
        began = re.sub(r"\D", "-", self.date[:19])
        gpu = re.sub(r"[^A-Za-z0-9]+", "-", self.machine.get("gpu", "no GPU")).strip("-")
        return f"{began}-{gpu}.json"

    def written(self) -> str:
        """The run as JSON; numbers that JSON cannot hold are written as text."""
        findings = [
            {"step": step, **_plain(asdict(finding))}
            for step, found in self.findings.items()
            for finding in found
        ]
        form = {"gpu_version": GPU_VERSION, "date": self.date, "machine": dict(self.machine)}
        return json.dumps({**form, "findings": findings}, indent=2, allow_nan=False) + "\n"


def going_on(run: Run, path: Path) -> Run:
    """The run of a file, which another that has just begun goes on with.

    Raises
    ------
    ValueError
        If the file holds no run, or one whose results depend on something else.
    """
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        rows = [(row.pop("step"), Finding(**row)) for row in old["findings"]]
        before = Run(old["date"], dict(old["machine"]), {})
        form = old["gpu_version"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"--add goes on with a run; {path} holds none: {type(error).__name__}: {error}. Leave "
            "--add out, or name another file."
        ) from error
    pairs: list[tuple[str, object, object]] = [("version of the file", form, GPU_VERSION)]
    pairs += [(name, before.machine.get(name), run.machine.get(name)) for name in _SAME]
    for name, its, mine in pairs:
        if its != mine:
            raise ValueError(
                f"--add goes on with a run of the same {name}; {path} has {its}, and here it is "
                f"{mine}. Leave --add out, or name another file."
            )
    for step, finding in rows:
        before = before.having(step, finding)
    return replace(before, machine=run.machine)


def written_to(path: Path, run: Run) -> None:
    """Write a run; what is killed meanwhile leaves what was there."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(run.written(), encoding="utf-8")
    part.replace(path)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a finding holds
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value
