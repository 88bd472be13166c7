"""A run of the command over a list: every row is judged, and what ends one costs that one."""

import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from census_lists import written
from optimspec.conformance.census_record import Census
from optimspec.conformance.cli import app
from thirty import COMMAND

OPTIONS = ("--dtype", "float64", "--timeout", "40")


def words(folder, made, *more):
    named = ("--list", made, "--json", folder / "c.json", "--environments", folder / "kept")
    return [str(word) for word in ("census", *named, *OPTIONS, *more)]


def read(folder):
    return Census.model_validate_json((folder / "c.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("census")
    made = written(folder, "RightSGD", "CrashingSGD", "DoublingSGD")
    return CliRunner().invoke(app, words(folder, made)), read(folder), folder, made


def verdicts(census):
    return [(row.target.rpartition(":")[2], str(row.verdict)) for row in census.rows]


def test_rows_are_judged_and_a_crash_costs_its_own(run):
    _, census, _, _ = run
    assert verdicts(census) == [
        ("RightSGD", "conforms"), ("CrashingSGD", "error"), ("DoublingSGD", "nonconforming"),
    ]  # fmt: skip
    assert "SIGSEGV" in census.rows[1].summary or "signal 11" in census.rows[1].summary


def test_what_rows_share_is_there_once(run):
    _, census, _, _ = run
    assert {row.formula for row in census.rows} - {None} == census.formulas.keys()
    assert census.specifications.keys() == {"sgd"}
    assert [(p.name, p.environment) for p in census.packages] == [("numpy", "here")]
    assert census.environments.keys() == {"here"}


def test_the_command_says_what_is_not_confirmed_and_that_a_row_was_not_judged(run):
    result, _, _, _ = run
    assert "not confirmed in the source" in result.output
    assert "3 rows of 1 packages: 1 conforms, 1 nonconforming, 1 error" in result.output
    assert result.exit_code == 1


def test_a_census_that_is_resumed_keeps_what_it_has_but_for_errors(run):
    _, before, folder, made = run
    later = folder / "mean.py"
    mended = later.read_text(encoding="utf-8").replace("ctypes.string_at(0)", "pass")
    later.write_text(mended.replace("2 * g", "3 * g"), encoding="utf-8")
    CliRunner().invoke(app, words(folder, made, "--resume"))
    right, mended, doubling = read(folder).rows
    assert (right, doubling) == (before.rows[0], before.rows[2])
    assert str(mended.verdict) == "nonconforming"


@pytest.mark.skipif(sys.platform == "win32", reason="it sends a signal")
def test_rows_that_are_finished_survive_an_interruption(tmp_path):
    made = written(tmp_path, "RightSGD", "HangingSGD")
    going = subprocess.Popen([*COMMAND, *words(tmp_path, made)], stdout=subprocess.DEVNULL)
    before = time.monotonic() + 300
    while not (tmp_path / "c.json").exists() and time.monotonic() < before:
        time.sleep(0.2)
    going.send_signal(signal.SIGTERM)
    assert going.wait(120)
    assert verdicts(read(tmp_path)) == [("RightSGD", "conforms")]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--package", "nampy"), "--package takes the name of a listed distribution"),
        (("--dtype", "float63"), "--dtype takes one of"),
        (("--list", "none.toml"), "A list is a file that can be read"),
        (("--since", "none.json"), "A report is a file that can be read"),
    ],
)
def test_wrong_usage_is_told(tmp_path, more, said):
    made = written(tmp_path, "RightSGD")
    result = CliRunner().invoke(app, words(tmp_path, made, *more))
    assert (result.exit_code, said in result.output) == (2, True)
    assert not (tmp_path / "c.json").exists()


def test_an_environment_that_cannot_be_made_is_told_and_the_others_go_on(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(
        '[environment]\nname = "bad"\ninstall = [["--no-index", "no-such-package"]]\n'
        '[[package]]\nname = "no-such-package"\n[[package.row]]\ntarget = "a:B"\nspec = "sgd"\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, words(tmp_path, bad, "--list", written(tmp_path, "RightSGD")))
    assert "not judged: no-such-package (bad): An environment is made by" in result.output
    assert verdicts(read(tmp_path)) == [("RightSGD", "conforms")]
    assert result.exit_code == 1
