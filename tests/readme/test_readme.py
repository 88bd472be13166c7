"""What the README shows is what the program prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.spec import EDITS, Kind

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


def test_the_numbers_of_variants_and_bugs_are_right():
    counts = {kind: sum(e.kind is kind for e in EDITS.values()) for kind in Kind}

    assert f"{counts[Kind.VARIANT]} documented variants" in README.read_text()
    assert f"{counts[Kind.BUG]} known bugs" in README.read_text()
