"""Targets in processes of their own: what each does to its process stays there."""

import time
from multiprocessing import active_children

import pytest

from judgements import badly, plain
from optimspec.conformance.isolation import Limits, isolated
from optimspec.conformance.jobs import Job

JUDGED = "judged, with warn and None"


def unheard(job, stage):
    """Take the name of a stage."""


def outcomes(*names, seconds=60.0, memory=1 << 29, heard=unheard):
    """What each came to, by its name."""
    jobs = [Job(name, "adam") for name in names]
    found = isolated(jobs, badly, plain, Limits(seconds, memory), heard)
    return {names[number]: outcome.record.summary for number, outcome in found}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("leaves", "exited with status 0 in the stage 'formula', without a result."),
        ("crashes", "died of SIGSEGV in the stage 'formula', without a result."),
        ("raises", "The judgement broke off in the stage 'formula': RuntimeError: no luck (line "),
        ("eats", "The judgement broke off in the stage 'formula': MemoryError: Unable to allocate"),
        ("talks", JUDGED),
        ("meddles", "judged, with raise and 1"),
    ],
)
def test_what_one_does_keeps_no_other_from_its_result(capfd, name, why):
    found = outcomes("first", name, "last")

    assert (found["first"], found["last"]) == (JUDGED, JUDGED)
    assert why in found[name]
    assert capfd.readouterr() == ("", "")


def test_what_hangs_is_ended_when_its_time_is_over():
    began = time.monotonic()
    found = outcomes("hangs", "first", "last", seconds=10)

    assert found["hangs"].startswith("A target must be judged within 10 s; this one was still in")
    assert (found["first"], found["last"]) == (JUDGED, JUDGED)
    assert time.monotonic() - began < 60


def test_results_come_when_they_are_there_and_stages_as_they_begin():
    heard = []
    found = outcomes("hangs", "first", seconds=10, heard=lambda *said: heard.append(said[1]))

    assert [*found] == ["first", "hangs"]
    assert heard == ["formula", "formula"]


def test_nothing_is_left_behind_when_the_run_is_broken_off():
    jobs = [Job("first", "adam"), Job("hangs", "adam")]
    running = isolated(jobs, badly, plain, Limits(600, 1 << 29), unheard)

    assert next(running)[1].record.summary == JUDGED
    assert len(active_children()) == 1
    running.close()
    assert not active_children()
