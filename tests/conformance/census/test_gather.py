"""A finding holds for the verdict that was confirmed, while the lines that it cites are there."""

import sysconfig
from pathlib import Path

import numpy as np
import pytest

from optimspec.conformance import check
from optimspec.conformance.census.declared import Confirmed, DeclaredRow
from optimspec.conformance.census.gather import row_of, with_findings
from optimspec.conformance.census.worker import holds
from optimspec.conformance.census_record import Finding
from optimspec.conformance.record import Verdict

FINDING = Finding(kind="formula", says="It is wrong.", file="a.py", line=3, code="x = 1")


@pytest.fixture(scope="module")
def row():
    def double(theta, grad, lr=0.1):
        return theta - 2 * lr * grad

    record = check(double, "sgd", formats=["float64"])
    return row_of("mine", DeclaredRow(target="mine:double", spec="sgd"), record)


def declared(verdict, edits):
    said = Confirmed(verdict=verdict, edits=edits, findings=[FINDING])
    return DeclaredRow(target="mine:double", spec="sgd", confirmed=said)


def edits_of(row):
    return row.formula.split("+")[1:]


def test_a_row_has_what_its_record_says(row):
    assert row.verdict is Verdict.NONCONFORMING
    assert row.error_constants.keys() == {"float64"}
    assert [(s.name, s.used) for s in row.settings] == [("alpha", 0.1)]
    assert row.counts["fail"] == len(row.failed)


def test_a_wrong_verdict_that_nobody_confirmed_says_so(row):
    found = with_findings(row, DeclaredRow(target="mine:double", spec="sgd"), [])
    assert (found.findings, found.unconfirmed) == ([], "nobody has confirmed it in the source")


def test_a_right_verdict_needs_nobody(row):
    right = row.model_copy(update={"verdict": Verdict.CONFORMS})
    assert not with_findings(right, DeclaredRow(target="mine:double", spec="sgd"), []).unconfirmed


def test_what_was_confirmed_holds_for_its_verdict_and_edits(row):
    found = with_findings(row, declared(row.verdict, edits_of(row)), [])
    assert (found.findings, found.unconfirmed) == ([FINDING], "")


@pytest.mark.parametrize(
    ("verdict", "edits", "stale", "why"),
    [
        (Verdict.IMPRECISE, None, [], "the verdict imprecise"),
        (Verdict.NONCONFORMING, ["eps-hat"], [], "nonconforming (eps-hat)"),
        (Verdict.NONCONFORMING, None, [FINDING], "line 3 of a.py"),
    ],
)
def test_and_for_no_other(row, verdict, edits, stale, why):
    said = declared(verdict, edits_of(row) if edits is None else edits)
    found = with_findings(row, said, stale)
    assert found.findings == []
    assert why in found.unconfirmed


def test_a_cited_line_is_looked_up_where_packages_are_installed():
    file = Path(np.__file__)
    lines = file.read_text(encoding="utf-8").splitlines()
    at, code = next((n, text.strip()) for n, text in enumerate(lines, 1) if "import" in text)
    name = str(file.relative_to(sysconfig.get_paths()["purelib"]))
    cited = FINDING.model_copy(update={"file": name, "line": at, "code": code})
    assert holds(cited)
    assert not holds(cited.model_copy(update={"line": at + 1}))
    assert not holds(cited.model_copy(update={"line": 0}))
    assert not holds(FINDING)
