"""Targets in processes of their own: what each does to its process stays there."""

import time
from multiprocessing import active_children

import pytest

from judgements import badly, plain
from optimspec.conformance.confined import Limits
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job
from optimspec.conformance.processes import CONTEXT

JUDGED = "judged; changed: nothing"
LOST = "in the stage 'formula', without a result."
BROKE_OFF = "The judgement broke off in the stage 'formula': "
OVERDUE = "A target must be judged within 5 s; this one was still in the stage 'formula'."


def unheard(job, stage):
    """Take the name of a stage."""


def outcomes(*names, seconds=60, heard=unheard):
    """What each came to, by its name, in the order of their ends."""
    jobs = {number: Job(name, "sgd") for number, name in enumerate(names)}
    found = isolated(jobs, badly, plain, Limits(seconds, 2**29), heard)
    return {names[number]: outcome.record.summary for number, outcome in found}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("leaves", f"Its process exited with status 0 {LOST}"),
        ("crashes", f"Its process died of signal 11 (Segmentation fault) {LOST}"),
        ("leaves a child", f"Its process exited with status 7 {LOST}"),
        ("closes", f"Its process closed all connections {LOST}"),
        (
            "babbles",
            f"Its process wrote what is no record where its record is expected {LOST[:-1]}",
        ),
        ("exits", f"{BROKE_OFF}SystemExit: enough"),
        ("interrupts", f"{BROKE_OFF}KeyboardInterrupt"),
        ("raises", f"{BROKE_OFF}RuntimeError: \\x1b[2J<script>alert(1)</script>\\x1b"),
        ("eats", f"{BROKE_OFF}MemoryError: Unable to allocate"),
        ("talks", JUDGED),
        ("starts a thread", JUDGED),
        ("meddles", "judged; changed: errors, dtype, threads, generator, warnings, environment"),
    ],
)
def test_what_one_does_keeps_no_other_from_its_result(capfd, name, why):
    found = outcomes("first", name, "last")

    assert (found["first"], found["last"]) == (JUDGED, JUDGED)
    assert found[name].startswith(why)
    assert capfd.readouterr() == ("", "")


def test_results_come_when_they_are_there_and_what_hangs_is_ended_in_its_time():
    heard = []
    began = time.monotonic()
    found = outcomes(
        "hangs", "first", "breaks off", "last", seconds=5, heard=lambda *said: heard.append(said[1])
    )

    assert [*found][:1] == ["first"]
    assert (found["first"], found["last"]) == (JUDGED, JUDGED)
    assert found["hangs"].startswith(OVERDUE)
    assert found["breaks off"].startswith(OVERDUE)
    assert heard == ["formula"] * 4
    assert time.monotonic() - began < 60


def test_a_server_that_a_target_ends_is_replaced_and_its_other_processes_are_heard_to_the_end():
    found = outcomes("takes its time", "ends the server", "last")

    assert found == {
        "takes its time": JUDGED,
        "ends the server": f"Its process exited with status 255 (or one that nobody saw) {LOST}",
        "last": JUDGED,
    }


def test_where_no_server_lives_nothing_is_judged_and_the_reason_is_said(monkeypatch):
    def start(process):
        raise EOFError

    monkeypatch.setattr(CONTEXT.Process, "start", start)

    assert outcomes("first", "last") == dict.fromkeys(
        ("first", "last"), "No process could be begun for it in 5 attempts: EOFError()"
    )


def test_nothing_is_left_behind_when_the_run_is_broken_off():
    jobs = {0: Job("first", "sgd"), 1: Job("hangs", "sgd")}
    running = isolated(jobs, badly, plain, Limits(600, 2**29), unheard)

    assert next(running)[1].record.summary == JUDGED
    assert len(active_children()) == 2  # what hangs, and the reckoner of both
    running.close()
    assert not active_children()
