"""docs/torch-optim.md has a row for all that is listed, with the edits that it is listed with."""

import re
from pathlib import Path

import pytest

from optimspec.conformance.jobs import listed_jobs

TEXT = (Path(__file__).parents[2] / "docs" / "torch-optim.md").read_text()
ROW = re.compile(r"^\| `(?P<target>torch\.optim:[^`]+)` \| (?P<computes>[^|]*) \|", re.MULTILINE)
ROWS = [(row["target"], re.findall(r"`([^`]+)`", row["computes"])) for row in ROW.finditer(TEXT)]
JOBS = [job for job in listed_jobs("torch-optim") if job.spec != "muon"]
"""Muon, which iterates in bfloat16, has a paragraph instead."""


def test_every_listed_target_has_its_rows():
    assert sorted(target for target, _ in ROWS) == sorted(job.title for job in JOBS)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.title} as {job.spec}")
def test_a_target_computes_what_it_is_listed_with(job):
    rows = [set(computes) for target, computes in ROWS if target == job.title]

    assert {job.spec, *job.edits} in rows
