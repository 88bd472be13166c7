"""Records as JUnit XML, for CI systems that read test results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from optimspec.conformance.record import CheckResult, Record, Status, Verdict
from optimspec.conformance.visible import visible
from optimspec.reports.wording import details

_OUTCOMES: Final = {
    Status.FAIL: "failure",
    Status.XPASS: "failure",
    Status.ERROR: "error",
    Status.SKIP: "skipped",
    Status.XFAIL: "skipped",
}
"""Element by status, as pytest has it: an expected failure counts as skipped."""

_RIGHT: Final = {Verdict.CONFORMS, Verdict.VARIANT}


def render(records: Sequence[Record]) -> str:
    """Return JUnit XML: a test suite for each target, a test case for each check.

    Where no check says that a target is wrong or could not be judged, a test case ``verdict`` does;
    otherwise its suite would look successful.
    """
    root = Element("testsuites")
    for record in records:
        _add_suite(root, record)
    indent(root)
    # ElementTree's own declaration would name the encoding of the locale.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _add_suite(root: Element, record: Record) -> None:
    suite = SubElement(root, "testsuite", name=visible(record.target))
    properties = SubElement(suite, "properties")
    for name, value in _properties(record).items():
        SubElement(properties, "property", name=visible(name), value=visible(value))
    for check in record.checks:
        _add_case(suite, record.target, check)
    green = suite.find("testcase/failure") is None and suite.find("testcase/error") is None
    if green and record.verdict not in _RIGHT:
        case = SubElement(suite, "testcase", classname=visible(record.target), name="verdict")
        tag = "error" if record.verdict is Verdict.ERROR else "failure"
        SubElement(case, tag, type=record.verdict.value, message=visible(record.summary))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("time", f"{record.seconds:.3f}")


def _properties(record: Record) -> dict[str, str]:
    edits = record.matched.edits if record.matched else []
    return {
        "verdict": record.verdict.value,
        "summary": record.summary,
        "spec": record.spec,
        "edits": " ".join(edit.id for edit in edits),
        **{f"k.{form}": repr(k) for form, k in record.error_constants.items()},
        "seed": str(record.environment.seed),
        **{f"version.{name}": v for name, v in record.environment.versions.items()},
    }


def _add_case(suite: Element, target: str, check: CheckResult) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=visible(target),
        name=visible(check.id),
        time=f"{check.seconds:.3f}",
    )
    if check.status in _OUTCOMES:
        outcome = SubElement(case, _OUTCOMES[check.status])
        outcome.set("type", check.status.value)
        outcome.set("message", visible(check.message))
        outcome.text = visible(_detail(check))


def _detail(check: CheckResult) -> str:
    lines = details(check)
    if check.counterexample is not None:
        lines.append(check.counterexample.snippet or check.counterexample.where)
    return "\n".join(lines)
