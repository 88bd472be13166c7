"""The census that is published: its rows are listed, and what is wrong was confirmed."""

from collections import Counter
from pathlib import Path

import pytest

from optimspec.conformance.census.declared import read as read_lists
from optimspec.conformance.census.declared import shipped
from optimspec.conformance.census.run import entries_of
from optimspec.conformance.census_record import WRONG, dumps
from optimspec.conformance.record import Verdict
from optimspec.reports.census import read, render

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def census():
    return read(DOCS / "census.json")


def test_it_is_large_enough_to_be_one(census):
    assert len(census.rows) >= 150
    assert len({row.package for row in census.rows}) >= 40


def test_its_rows_are_those_of_the_lists_that_were_judged_so_far(census):
    listed = [
        (entry.package, entry.row.title, entry.row.spec)
        for declared in read_lists(shipped())
        for entry in entries_of(declared)
    ]
    judged = {row.key for row in census.rows}
    assert [row.key for row in census.rows] == [key for key in listed if key in judged]
    assert census.missing == []


def test_every_row_has_a_verdict(census):
    assert [row.target for row in census.rows if row.verdict is Verdict.ERROR] == []


def test_whatever_is_wrong_was_confirmed_in_the_source(census):
    wrong = [row for row in census.rows if row.verdict in WRONG]
    assert wrong
    assert [row.target for row in wrong if row.unconfirmed or not row.findings] == []


def test_no_finding_is_kept_that_no_longer_holds(census):
    assert [row.target for row in census.rows if row.unconfirmed] == []


def test_the_page_and_the_file_are_made_of_the_same_census(census):
    assert (DOCS / "census.html").read_text(encoding="utf-8") == render(census)
    assert (DOCS / "census.json").read_text(encoding="utf-8") == dumps(census)


@pytest.mark.parametrize("name", ["README.md", "docs/census.md"])
def test_the_numbers_that_are_told_are_the_census(census, name):
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    packages = {row.package for row in census.rows}
    assert f"{len(packages)} packages" in text
    assert f"{len(census.rows)} implementations" in text


def test_the_verdicts_that_are_told_are_the_census(census):
    text = " ".join((DOCS / "census.md").read_text(encoding="utf-8").split())
    for verdict, count in Counter(row.verdict for row in census.rows).items():
        assert f"| `{verdict}` | {count} |" in text
