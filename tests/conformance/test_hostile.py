"""A run of the command over targets that mean harm, killed midway, and what is left to resume."""

import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.reports import load
from thirty import COMMAND, HOSTILE, TARGETS, check

NAMES = ("RightSGD", "MeddlingSGD", *HOSTILE)


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """A command that judges each target of the file once, and its report's file."""
    return check(tmp_path_factory.mktemp("hostile"), NAMES, "--timeout", "60")


@pytest.fixture(scope="module")
def killed(arguments):
    """What a run has written, and shown, that was killed when one target was left, which hangs."""
    words, path = arguments
    output = path.with_name("output")
    with output.open("w") as shown:
        run = subprocess.Popen([*COMMAND, *words], stdout=shown)
    before = time.monotonic() + 300
    while written(path) < len(NAMES) - 1 and time.monotonic() < before:
        time.sleep(0.2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    return load.read(path), output.read_text(encoding="utf-8")


def descendants(pid):
    """The processes that live, by number, and of these all that one has begun, and they in turn."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            parents |= {int(path.parent.name): int(parent)} if state != "Z" else {}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found & parents.keys(), parents.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at Linux's list of processes")
def test_a_run_that_is_told_to_end_ends_its_targets(tmp_path):
    words, path = check(tmp_path, ["RightSGD", NAMES[-1]], "--timeout", "500")
    run = subprocess.Popen([*COMMAND, *words], stdout=subprocess.DEVNULL)
    before = time.monotonic() + 300
    while written(path) < 1 and time.monotonic() < before:
        time.sleep(0.2)
    begun, _ = descendants(run.pid)
    run.send_signal(signal.SIGTERM)
    time.sleep(0.01)
    run.send_signal(signal.SIGTERM)

    assert run.wait(timeout=60) == 128 + signal.SIGTERM
    assert len(begun) > 4  # the command, the server and its helper, a reckoner, what hangs
    before = time.monotonic() + 60
    while begun & descendants(run.pid)[1] and time.monotonic() < before:
        time.sleep(0.2)
    assert not begun & descendants(run.pid)[1]


def written(path):
    """The number of records in a file that may be none yet."""
    return len(load.read(path)) if path.exists() and path.stat().st_size else 0


def test_each_gets_its_verdict_and_an_error_its_reason(killed):
    records, shown = killed
    of = {record.target.rpartition(":")[2]: record for record in records}

    assert [*of] == [*NAMES[:-1]]
    assert [record.verdict for record in records] == [*["conforms"] * 2, *["error"] * 4]
    assert "broke off in the stage 'formula': MemoryError" in of["EatingSGD"].summary
    assert "died of signal 11 (Segmentation fault)" in of["CrashingSGD"].summary
    assert "exited with status 0 in the stage 'first steps'" in of["LeavingSGD"].summary
    assert r"RuntimeError: \x1b[2J<script>" in of["ShoutingSGD"].summary
    assert "\x1b" not in shown
    assert re.search(r"^\(\d/7\) .*/mine.py:RightSGD  conforms$", shown, re.MULTILINE)


def test_a_resumed_run_comes_to_its_end_with_a_verdict_for_each(killed, arguments, tmp_path):
    words, path = arguments
    copy = tmp_path / "r.json"
    copy.write_bytes(path.read_bytes())
    result = CliRunner().invoke(
        app, [*words[:-1], str(copy), "--resume", "--timeout", "10", "--html", str(tmp_path / "h")]
    )
    records = load.read(copy)

    assert result.exit_code == 2  # one leaves, and one hangs, before it can be judged
    assert [record.target.rpartition(":")[2] for record in records] == [*NAMES]
    assert [record.verdict for record in records] == [*["conforms"] * 2, *["error"] * 5]
    assert records[:2] == killed[0][:2]
    assert records[-1].summary.startswith(
        "A target must be judged within 10 s; this one was still in the stage 'first steps'."
    )
    assert "7 targets: 2 conforms, 5 error" in result.output


@pytest.fixture
def judged_anew(killed, arguments, monkeypatch):
    """Which targets a further run judges, given more options; nothing is."""

    def run(*more):
        left = []

        def isolated(jobs, *others):
            left.extend(job.reference.rpartition(":")[2] for job in jobs.values())
            yield from ()

        monkeypatch.setattr("optimspec.conformance.progress.isolated", isolated)
        words, path = arguments
        before = path.read_bytes()
        CliRunner().invoke(app, [*words, *more])
        path.write_bytes(before)
        return left

    return run


def test_a_resumed_run_judges_what_has_no_verdict_yet(judged_anew):
    assert judged_anew() == [*NAMES]
    assert judged_anew("--resume") == [*HOSTILE]
    assert judged_anew("--resume", "--timeout", "1", "--memory", "1") == [*HOSTILE]


@pytest.mark.parametrize(
    "more",
    [("--seed", "1"), ("--spec", "momentum"), ("--dtype", "float32"), ("--long",)],
    ids=lambda more: more[0],
)
def test_what_was_asked_for_otherwise_is_judged_anew(judged_anew, more):
    assert judged_anew("--resume", *more) == [*NAMES]


def test_what_other_versions_or_other_code_gave_is_judged_anew(judged_anew, arguments, monkeypatch):
    mine = arguments[1].with_name("mine.py")
    mine.write_text(f"{TARGETS}\n", encoding="utf-8")
    assert judged_anew("--resume") == [*NAMES]
    mine.write_text(TARGETS, encoding="utf-8")
    assert judged_anew("--resume") == [*HOSTILE]

    monkeypatch.setattr(
        "optimspec.conformance.environment.version", lambda name: f"{version(name)}.1"
    )
    assert judged_anew("--resume") == [*NAMES]


def test_resuming_needs_the_file(arguments):
    result = CliRunner().invoke(app, ["check", arguments[0][1], "--resume"])

    assert result.exit_code == 2
    assert "--resume goes on with the file that --json names" in result.output
