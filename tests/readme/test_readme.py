"""What the README shows is what the program prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimspec.conformance.bench import Bench
from optimspec.conformance.cli import app
from optimspec.conformance.explains import explained
from optimspec.conformance.load import as_target
from optimspec.spec import ALGORITHMS, EDITS, FAULTS, Kind
from optimspec.spec.catalogue import ENTRIES

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def printed():
    pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parent)
        return CliRunner().invoke(app, ["check", "mine.py:MyAdam"])


def test_the_example_prints_what_the_readme_shows(printed):
    (shown,) = re.findall(r"\$ optimspec check mine.py:MyAdam\n(.*?)```", README.read_text(), re.S)
    lines = [line for line in shown.splitlines() if line.strip() and line.strip() != "..."]

    assert [line for line in lines if line not in printed.stdout.splitlines()] == []
    assert printed.exit_code == 1


def test_the_plain_function_conforms():
    (shown,) = re.findall(r"```python\n(def step\(.*?)```", README.read_text(), re.S)
    made = {"check": lambda function, spec: (as_target(function, {}, "step"), ALGORITHMS[spec])}
    exec(shown, made)

    target, spec = made["record"]
    bench = Bench(target, spec, ("float64",), seed=0)
    cases = [bench.case(name, "float64") for name in ("exact-scalars", "schedule", "shapes")]
    assert all(explained(spec, bench.observe(case.experiment)) for case in cases)


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.BUG, "known bugs"), (Kind.VARIANT, "documented variants"),
     (Kind.BY_DESIGN, "differences by design"), (Kind.FALSE_ALARM, "false alarms")],
)  # fmt: skip
def test_the_numbers_of_entries_are_right(kind, said):
    count = sum(entry.kind is kind for entry in ENTRIES)

    assert f"{count} {said}" in " ".join(README.read_text().split())


def test_the_numbers_of_edits_and_specimens_are_right():
    assert f"{len(EDITS)} are edits" in README.read_text()
    assert f"{len(FAULTS)} specimens" in README.read_text()
