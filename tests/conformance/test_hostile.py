"""A run of the command over targets that mean harm, killed midway, and what is left to resume."""

import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.reports import load

TARGETS = """
import ctypes
import os
import sys
import time

import numpy as np


class RightSGD:
    def __init__(self, parameters, lr=0.1):
        self.parameters, self.lr = parameters, lr

    def step(self, gradients):
        for theta, g in zip(self.parameters, gradients):
            theta -= theta.dtype.type(self.lr) * g


class EatingSGD(RightSGD):
    def step(self, gradients):
        kept = [np.ones(2**22) for _ in range(2**20)]


class CrashingSGD(RightSGD):
    def step(self, gradients):
        ctypes.string_at(0)


class LeavingSGD(RightSGD):
    def step(self, gradients):
        os._exit(0)


class ShoutingSGD(RightSGD):
    def step(self, gradients):
        print("\\x1b[2J" * 2**20)
        sys.stderr.write("\\x1b]0;mine\\x07" * 2**18)
        raise RuntimeError("\\x1b[2J<script>alert(1)</script>" * 2**16)


class HangingSGD(RightSGD):
    def step(self, gradients):
        time.sleep(3600)
"""
NAMES = ("RightSGD", "EatingSGD", "CrashingSGD", "LeavingSGD", "ShoutingSGD", "HangingSGD")
LIMITS = ("--timeout", "60", "--memory", "512")


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """A command that judges each target of the file once, and its report's file."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "mine.py").write_text(TARGETS, encoding="utf-8")
    targets = [f"{folder / 'mine.py'}:{name}" for name in NAMES]
    path = folder / "r.json"
    return [*targets, "--spec", "sgd", "--dtype", "float64", *LIMITS, "--json", str(path)], path


@pytest.fixture(scope="module")
def killed(arguments):
    """What a run has written, and shown, that was killed when one target was left, which hangs."""
    words, path = arguments
    command = [sys.executable, "-c", "from optimspec.conformance.cli import app; app()", "check"]
    run = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True)
    before = time.monotonic() + 300
    while written(path) < len(NAMES) - 1 and time.monotonic() < before:
        time.sleep(0.1)
    run.send_signal(signal.SIGKILL)
    return load.read(path), run.communicate()[0]


def written(path):
    """The number of records in a file that may be none yet."""
    return len(load.read(path)) if path.exists() and path.stat().st_size else 0


def test_each_gets_its_verdict_and_an_error_its_reason(killed):
    records, shown = killed
    of = {record.target.rpartition(":")[2]: record for record in records}

    assert [*of] == [*NAMES[:-1]]
    assert [record.verdict for record in records] == ["conforms", *["error"] * 4]
    assert "broke off in the stage 'formula': MemoryError" in of["EatingSGD"].summary
    assert "died of signal 11 (Segmentation fault)" in of["CrashingSGD"].summary
    assert "exited with status 0 in the stage 'load'" in of["LeavingSGD"].summary
    assert r"RuntimeError: \x1b[2J<script>" in of["ShoutingSGD"].summary
    assert "\x1b" not in shown


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
        CliRunner().invoke(app, ["check", *words, *more])
        path.write_bytes(before)
        return left

    return run


def test_a_resumed_run_judges_what_has_no_verdict_yet(judged_anew, monkeypatch):
    assert judged_anew() == [*NAMES]
    assert judged_anew("--resume") == [*NAMES[1:]]
    assert judged_anew("--resume", "--seed", "1") == [*NAMES]
    assert judged_anew("--resume", "--spec", "momentum") == [*NAMES]

    monkeypatch.setattr(
        "optimspec.conformance.environment.version", lambda name: f"{version(name)}.1"
    )
    assert judged_anew("--resume") == [*NAMES]


def test_resuming_needs_the_file(arguments):
    result = CliRunner().invoke(app, ["check", arguments[0][0], "--resume"])

    assert result.exit_code == 2
    assert "--resume goes on with the file that --json names" in result.output
