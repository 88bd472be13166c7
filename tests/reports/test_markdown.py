"""The Markdown summary is a table and a line for each target."""

from collections.abc import Sequence

import pytest

from optimspec.conformance.record import Record
from optimspec.reports.markdown import render


def test_summary(records: Sequence[Record]) -> None:
    """A group of checks is one cell that says how many came out how, worst first."""
    lines = render(records).splitlines()

    assert "| Target | Verdict | Formula | Precision | Step bound | Invariant | Contract |" in lines
    assert "| `optax:adam` | ± imprecise | ✓ | ✗1 ⊘2 ✓1 | ✓ | ✓3 | ✓3 |" in lines
    assert "| `fused.cu:FusedAdam` | ! error | · | · | · | · | · |" in lines
    assert f"- `torch.optim:Adam` **conforms**: {records[0].summary}" in lines


def test_what_was_measured(records: Sequence[Record]) -> None:
    """What a target computes is the specification with its edits; k stands beside its limit."""
    lines = render(records).splitlines()

    assert "| `tensorflow_style.py:Adam` | `adam`, `eps-hat` | 1.3 | 1.4 |  |  | 4 |" in lines
    assert "| `fused.cu:FusedAdam` |  |  |  |  |  |  |" in lines


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a|b", "`a\\|b`"),
        ("a\\|b", r"a\\\|b"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a\n| b\x1b[0m", "`a \\| b\\x1b[0m`"),
    ],
)
def test_hostile_name(conforming: Record, name: str, code: str) -> None:
    """A name stays in its cell and its code span."""
    row = render([conforming.model_copy(update={"target": name})]).splitlines()[4]
    assert row.startswith(f"| {code} | ✓ conforms |")


def test_hostile_summary(conforming: Record) -> None:
    """A summary makes no markup, no new line and no mention."""
    hostile = "<img src=x> [a](b)\n# @someone"
    line = render([conforming.model_copy(update={"summary": hostile})]).splitlines()[-1]

    assert line.endswith(r": \<img src=x\> \[a\]\(b\) \# @<!-- -->someone")


def test_nothing_judged() -> None:
    """No record makes one sentence."""
    assert render([]) == "Nothing was judged.\n"
