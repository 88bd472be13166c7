"""What the README shows of a comparison is what the program prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app

README = Path(__file__).parents[2] / "README.md"


def words(line):
    """A line up to the share of the bound, in which the last roundings of a machine show."""
    return line.split()[:4]


def test_the_comparison_prints_what_the_readme_shows():
    pytest.importorskip("torch")
    ((command, shown),) = re.findall(r"\$ optimspec (train .*?)\n\.\.\.\n(.*?)```",
                                     README.read_text(), re.S)  # fmt: skip
    result = CliRunner().invoke(app, command.split(), env={"COLUMNS": "100"})
    printed = [words(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0, result.output
    assert [line for line in shown.splitlines() if words(line) not in printed] == []
