"""A run on a GPU as one HTML page that stands alone, and as text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from optimspec.conformance.gpu_record import GPU_VERSION, GpuFinding, GpuRun
from optimspec.conformance.record import Status
from optimspec.conformance.visible import one_line
from optimspec.reports.html import environment
from optimspec.reports.load import UnreadableReport, parsed

TITLE: Final = "Kernels on a GPU"

WORDS: Final = {Status.FAIL: "failed", Status.PASS: "passed", Status.SKIP: "not run"}
"""What can come of a rule, worst first."""


def read(path: str | Path) -> GpuRun | None:
    """The run in a JSON file, or None if the file holds no run on a GPU, but something else.

    Raises
    ------
    UnreadableReport
        If it cannot be read, or holds a run of another version, or a spoiled one.
    """
    found, name = parsed(path), one_line(str(path))
    if not isinstance(found, dict) or "gpu_version" not in found:
        return None
    try:
        return GpuRun.model_validate(found)
    except ValidationError as error:
        raise UnreadableReport(
            f"A run on a GPU is read as version {GPU_VERSION} has it: {name} does not hold one "
            f"({one_line(error.errors(include_url=False)[0]['msg'])}). Make it again with "
            "python -m optimspec.impls.gpu --json."
        ) from error


def render(run: GpuRun) -> str:
    """Return a page about ``run``: the machine, and every rule, failures first.

    The same run gives the same text.
    """
    findings = sorted(run.findings, key=lambda finding: [*WORDS].index(status(finding)))
    template = environment().get_template("gpu.html.j2")
    return template.render(
        title=TITLE, headline=headline(run), run=run, findings=findings, status=status, words=WORDS
    )


def text(run: GpuRun) -> str:
    """Return the run in lines: what the headline says, then each rule."""
    rows = (
        f"{WORDS[status(finding)]:8} {one_line(finding.id)}: {one_line(finding.message)}"
        for finding in run.findings
    )
    return "\n".join([headline(run), *rows])


def status(finding: GpuFinding) -> Status:
    """What came of a rule: what was not looked at is no pass."""
    if finding.passed is None:
        return Status.SKIP
    return Status.PASS if finding.passed else Status.FAIL


def headline(run: GpuRun) -> str:
    """Return how many rules came to what, on which GPU and when."""
    counts = Counter(map(status, run.findings))
    said = ", ".join(f"{counts[each]} {words}" for each, words in WORDS.items())
    where = one_line(run.machine.get("gpu", "a machine without a GPU"))
    return f"{said}, on {where}, {one_line(run.date)}."
