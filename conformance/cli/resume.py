"""Going on with a run that was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimspec.conformance.cli.files import unusable
from optimspec.conformance.environment import environment
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.record import Asked, Record, Verdict
from optimspec.reports import load


def finished_before(
    jobs: Sequence[Job], requests: Sequence[Asked], path: Path | None, seed: int
) -> dict[int, Outcome]:
    """The outcomes that the file of an earlier run has, by the number of the job.

    Left out, and so made anew, are those of which something else was asked, whose target's file has
    changed, with another seed or made with other versions of the libraries, and errors: what was in
    their way may be gone.
    """
    if path is None:
        unusable("--resume goes on with the file that --json names; name it.")
    if not path.exists() or not path.stat().st_size:
        return {}
    try:
        records = {record.target: record for record in load.read(path)}
    except load.UnreadableReport as reason:
        unusable(str(reason))
    found = ((n, records.get(job.title)) for n, job in enumerate(jobs))
    return {n: Outcome(jobs[n], r) for n, r in found if r and _holds(r, requests[n], seed)}


def _holds(record: Record, request: Asked, seed: int) -> bool:
    """Whether judging the target again would give the same record."""
    judged = record.verdict is not Verdict.ERROR
    now = environment(seed, request.device)
    return judged and (record.asked, record.environment) == (request, now)
