"""The plugin where targets are run: in processes of their own, or here where nothing names them."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from numpy_adams import TwiceAdam
from optimspec.conformance import Verdict, check
from optimspec.conformance.pytest.judgements import Judgements
from optimspec.conformance.pytest.request import Request, Settings
from optimspec.reports import load

pytest_plugins = ["pytester"]

MINE = """
import multiprocessing
import os
from pathlib import Path

if multiprocessing.parent_process():
    with Path({counts!r}).open("a") as file:
        file.write("judged ")


class Sgd:
    rate = 2

    def __init__(self, parameters, lr=1e-3):
        self.parameters, self.lr = list(parameters), lr

    def step(self, gradients):
        for theta, g in zip(self.parameters, gradients):
            theta -= self.rate * self.lr * g


class Ends(Sgd):
    def step(self, gradients):
        os._exit(3)
"""

TESTS = """
import pytest

from mine import Ends, Sgd
from optimspec.conformance import parametrize_with_checks

expected = {"formula": "it is twice as fast", "repeats": "it is said to vary"}
alike = {"formats": ["float64"], "expected_failed": expected}


@parametrize_with_checks([Sgd], "sgd", **alike)
def test_fast(target, check):
    check(target)


@parametrize_with_checks([Ends, "mine:Nothing"], "sgd", formats=["float64"])
def test_bad(target, check):
    check(target)


@pytest.mark.parametrize("again", range(4))
def test_record(optimspec, again):
    assert optimspec.check(Sgd, "sgd", formats=["float64"]).matched.edits[0].id == "alpha-scaled:2"
"""

MISSING = "raise ModuleNotFoundError(name='torch')"
"""Torch, whose import takes longer than all the rest."""


def request_of(target, spec="sgd", **arguments):
    settings = Settings(("float64",), 0, False, "cpu", 60, 4096)
    return Request(target, spec, arguments, settings, place="here")


def local():
    class Local:
        pass

    return Local


@pytest.mark.parametrize(
    ("target", "reference"),
    [
        ("mine.py:Adam", "mine.py:Adam"),
        (TwiceAdam, "numpy_adams:TwiceAdam"),
        (TwiceAdam.step, "optimspec.impls.naive_numpy:NaiveAdam.step"),
        (partial(request_of), ""),
        (local(), ""),
        (lambda: None, ""),
        (3, ""),
    ],
)
def test_what_another_process_can_find_has_a_reference(target, reference):
    assert request_of(target).reference == reference


def test_what_no_import_finds_is_named_by_its_file(tmp_path, monkeypatch):
    path = tmp_path / "alone.py"
    path.write_text("class Alone: pass")
    spec = spec_from_file_location("alone", path)
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "alone", module)
    spec.loader.exec_module(module)

    assert request_of(module.Alone).reference == f"{path}:Alone"


def test_arguments_that_cannot_be_sent_keep_a_target_here():
    assert request_of(TwiceAdam, decay=lambda: None).reference == ""
    assert request_of(TwiceAdam, decay=0.5).reference != ""


def test_what_is_asked_differently_is_judged_apart_and_what_is_asked_alike_is_judged_once():
    first = request_of(TwiceAdam)
    others = [
        request_of(TwiceAdam, "adam"),
        request_of(TwiceAdam, lr=1),
        replace(first, settings=replace(first.settings, seed=1)),
    ]

    assert replace(first, place="elsewhere").key == first.key
    assert len({first.key, *(other.key for other in others)}) == 4
    assert request_of(local()).key != replace(request_of(local()), place="elsewhere").key


KEY = """
from schedules import Linear, halved
from optimspec.conformance.pytest.request import Request, Settings

settings = Settings((), 0, False, "cpu", 60, 1)
schedule = Request("mine:Adam", None, {"b": halved, "a": Linear(3)}, settings, place="here")
nothing_sends = Request("mine:Adam", None, {"schedule": lambda: None}, settings, place="here")
print(schedule.reference, schedule.key, nothing_sends.key)
"""

SCHEDULES = """
def halved(step):
    return 0.5 ** step


class Linear:
    def __init__(self, rate):
        self.rate = rate
"""


def test_processes_agree_on_what_is_judged_once_whatever_is_among_the_arguments(tmp_path):
    (tmp_path / "schedules.py").write_text(SCHEDULES)
    said = {
        subprocess.run(
            [sys.executable, "-c", KEY], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(3)
    }

    (only,) = said
    assert only.startswith("mine:Adam ")


def test_the_order_of_arguments_is_nothing_to_judge_again():
    assert request_of(TwiceAdam, lr=1, eps=2).key == request_of(TwiceAdam, eps=2, lr=1).key


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (request_of(TwiceAdam, "no-such"), "no-such"),
        (replace(request_of(TwiceAdam), settings=Settings((), 0, False, "gpu", 60, 1)), "'gpu'"),
        (request_of(local()), "A target must be"),
    ],
)
def test_what_cannot_be_judged_has_a_record_that_says_why(tmp_path, request_, why):
    record = Judgements(tmp_path).record(request_)

    assert record.verdict is Verdict.ERROR
    assert why in record.summary


def test_what_nothing_names_is_judged_here(tmp_path):
    class Raises(TwiceAdam):
        def _update(self, theta, g, m, v, t):
            raise ArithmeticError("here")

    record = Judgements(tmp_path).record(request_of(Raises, "adam"))

    assert record.summary.startswith("It does not run: ArithmeticError: here")
    assert [found.target for found in Judgements(tmp_path).records()] == [record.target]


def test_check_tells_of_its_stages():
    class Raises(TwiceAdam):
        def _update(self, theta, g, m, v, t):
            raise ArithmeticError

    stages = []
    check(Raises, "sgd", formats=["float64"], progress=stages.append)

    assert stages == ["formula"]


def test_two_workers_share_one_judgement_of_each_target_and_outlive_all_of_them(pytester):
    counts = pytester.path / "counts"
    pytester.makepyfile(mine=MINE.format(counts=str(counts)), test_mine=TESTS, torch=MISSING)
    found = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-n2", "--optimspec-report=out.json", "-rxf"
    )

    found.assert_outcomes(passed=7, skipped=5, xfailed=1, failed=21)
    found.stdout.fnmatch_lines_random(
        [
            "XFAIL *test_fast*Sgd-formula* it is twice as fast (formula)",
            "xpass  repeats: * Expected to fail: it is said to vary",
            "mine:Ends could not be judged: Its process exited with status 3 in the stage *",
            "mine:Nothing could not be judged: mine must define Nothing; *",
        ]
    )
    assert counts.read_text().split() == ["judged"] * 3
    written = load.read(pytester.path / "out.json")
    assert [(record.target, record.verdict) for record in written] == [
        ("mine:Ends", Verdict.ERROR),
        ("mine:Nothing", Verdict.ERROR),
        ("mine:Sgd", Verdict.NONCONFORMING),
    ]
