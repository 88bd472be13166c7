"""Going on with a run that was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimspec.conformance.cli.files import unusable
from optimspec.conformance.environment import environment
from optimspec.conformance.jobs import Job, Outcome
from optimspec.reports import load


def finished_before(jobs: Sequence[Job], path: Path | None, seed: int) -> dict[int, Outcome]:
    """The outcomes that the file of an earlier run has, by the number of the job.

    Those with another seed, or made with other versions of the libraries, are made anew.
    """
    if path is None:
        unusable("--resume goes on with the file that --json names; name it.")
    if not path.exists() or not path.stat().st_size:
        return {}
    try:
        records = {record.target: record for record in load.read(path)}
    except load.UnreadableReport as reason:
        unusable(str(reason))
    here = environment(seed)
    found = {number: records.get(job.title) for number, job in enumerate(jobs)}
    return {n: Outcome(jobs[n], r) for n, r in found.items() if r and r.environment == here}
