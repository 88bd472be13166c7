"""JUnit XML holds a suite for each target, and a suite is green only if the target is right."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

import pytest

from optimspec.conformance.record import Record, Status, Verdict
from optimspec.reports.junit import render


def suite(record: Record) -> Element:
    """Return the suite of ``record``."""
    found = fromstring(render([record])).find("testsuite")
    assert found is not None
    return found


def test_a_suite_for_each_target(records: Sequence[Record]) -> None:
    """Targets are suites and checks are cases, in order."""
    suites = fromstring(render(records)).findall("testsuite")

    assert [s.get("name") for s in suites] == [r.target for r in records]
    assert [c.get("name") for c in suites[0].findall("testcase")] == [
        c.id for c in records[0].checks
    ]


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        (Status.FAIL, "failure"),
        (Status.XPASS, "failure"),
        (Status.ERROR, "error"),
        (Status.SKIP, "skipped"),
        (Status.XFAIL, "skipped"),
    ],
)
def test_outcomes(conforming: Record, status: Status, tag: str) -> None:
    """Each status has its element, with the message, and is counted."""
    check = conforming.checks[0].model_copy(update={"status": status, "message": "why"})
    found = suite(conforming.model_copy(update={"checks": [check]}))
    outcome = found.find(f"testcase/{tag}")

    assert outcome is not None
    assert outcome.get("message") == "why"
    assert found.get({"failure": "failures", "error": "errors", "skipped": "skipped"}[tag]) == "1"


def test_pass_is_empty(conforming: Record) -> None:
    """A passed check is a case without content."""
    assert not list(suite(conforming).iterfind("testcase/*"))


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.NONCONFORMING, Verdict.IMPRECISE])
def test_never_green_without_reason(conforming: Record, verdict: Verdict) -> None:
    """A verdict that no check shows is a case of its own."""
    found = suite(conforming.model_copy(update={"verdict": verdict, "checks": []}))

    assert [case.get("name") for case in found.findall("testcase")] == ["verdict"]
    assert int(found.get("failures", 0)) + int(found.get("errors", 0)) == 1


def test_verdict_is_a_property(wrong: Record) -> None:
    """The verdict, the edits and the counterexample are in the file."""
    found = suite(wrong)
    properties = {p.get("name"): p.get("value") for p in found.iterfind("properties/property")}

    assert properties["verdict"] == "nonconforming"
    assert properties["edits"] == "first-moment-unscaled second-moment-not-corrected eps-missing"
    assert "import torch" in "".join(found.itertext())


def test_characters_that_xml_cannot_hold(conforming: Record) -> None:
    """Control characters and lone surrogates are shown as escapes; so is markup, in XML's own."""
    found = suite(conforming.model_copy(update={"target": '<a>&"\x00\x1b\ud800\ufffe]]>'}))
    assert found.get("name") == r'<a>&"\x00\x1b\ud800\ufffe]]>'


def test_empty() -> None:
    """No record makes an empty, well-formed file."""
    assert fromstring(render([])).tag == "testsuites"
