"""Going on with a run that was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimspec.conformance.cli.files import unusable
from optimspec.conformance.environment import environment
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.record import Record, Verdict
from optimspec.reports import load
from optimspec.spec import algorithm


def finished_before(jobs: Sequence[Job], path: Path | None, seed: int) -> dict[int, Outcome]:
    """The outcomes that the file of an earlier run has, by the number of the job.

    Left out, and so made anew, are those for another specification, with another seed or made with
    other versions of the libraries, and errors: what was in their way may be gone.
    """
    if path is None:
        unusable("--resume goes on with the file that --json names; name it.")
    if not path.exists() or not path.stat().st_size:
        return {}
    try:
        records = {record.target: record for record in load.read(path)}
    except load.UnreadableReport as reason:
        unusable(str(reason))
    found = {number: records.get(job.title) for number, job in enumerate(jobs)}
    return {n: Outcome(jobs[n], r) for n, r in found.items() if r and _holds(r, jobs[n], seed)}


def _holds(record: Record, job: Job, seed: int) -> bool:
    """Whether judging the target again would give the same record."""
    same_claim = job.spec is None or record.spec == algorithm(job.spec).name
    judged = record.verdict is not Verdict.ERROR
    return same_claim and judged and record.environment == environment(seed)
