"""From a record to what pytest shows of one check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NoReturn

import pytest

from optimspec.conformance.pytest.arguments import Expected
from optimspec.conformance.pytest.checks import Check
from optimspec.conformance.pytest.families import family_of
from optimspec.conformance.record import CheckResult, Record, Status, Verdict
from optimspec.conformance.visible import visible
from optimspec.reports.wording import details

_FAILED: Final = {Status.FAIL, Status.ERROR}
_BAD: Final = {*_FAILED, Status.XPASS}
_RIGHT: Final = {Verdict.CONFORMS, Verdict.VARIANT}


def conclude(record: Record, check: Check) -> None:
    """End a test as a check of the target ended, by an exception of pytest's unless it passed."""
    if not record.checks:
        _fail(f"{record.target} could not be judged: {record.summary}")
    if unknown := _unknown(record, check):
        _fail(unknown)
    every = marked(record.checks, check.expected)
    own = [result for result in every if family_of(result.id) == check.family]
    if bad := [result for result in own if result.status in _BAD]:
        _fail("\n\n".join([_headline(record), *_diagnosis(record, check), *map(_told, bad)]))
    if check.family == "formula" and _is_unsaid(record):
        _fail(_headline(record))
    if known := [result for result in own if result.status is Status.XFAIL]:
        pytest.xfail(_why_expected(known, check.expected))
    if all(result.status is Status.SKIP for result in own):
        pytest.skip(f"{_why_skipped(own)} ({record.target}, {check.family})")


def marked(results: Sequence[CheckResult], expected: Expected) -> list[CheckResult]:
    """The results, those that were expected to fail as expected failures or unexpected passes.

    What is expected of a check is kept if any result of it fails; the others are then as they are.
    """
    reasons: list[list[str]] = [[] for _ in results]
    for name, reason in expected.items():
        own = [place for place, result in enumerate(results) if _is_of(result, name)]
        failing = [place for place in own if results[place].status in _FAILED]
        passing = [place for place in own if results[place].status is Status.PASS]
        for place in failing or passing:
            reasons[place].append(reason)
    return [_as_expected(result, why) for result, why in zip(results, reasons, strict=True)]


def agreed(results: Sequence[CheckResult], voices: Iterable[Expected]) -> list[CheckResult]:
    """The results as the worst of several test functions, each with its expectations, sees them.

    So a failure is an expected one only if every function expected it.
    """
    seen = [marked(results, expected) for expected in voices] or [list(results)]
    return [
        next((result for result in same if result.status in _BAD), same[0])
        for same in zip(*seen, strict=True)
    ]


def _as_expected(result: CheckResult, reasons: Sequence[str]) -> CheckResult:
    if not reasons:
        return result
    status = Status.XFAIL if result.status in _FAILED else Status.XPASS
    said = f"{result.message} Expected to fail: {'; '.join(reasons)}"
    return result.model_copy(update={"status": status, "message": said})


def _is_of(result: CheckResult, name: str) -> bool:
    """Whether a result has that id, or is of the check with that name."""
    return result.id == name or ("." not in name and family_of(result.id) == family_of(name))


def _unknown(record: Record, check: Check) -> str:
    """What is wrong with the ids that are expected to fail, or ""."""
    ids = [r.id for r in record.checks if family_of(r.id) == check.family]
    for name in check.expected:
        if family_of(name) == check.family and not any(_is_of(r, name) for r in record.checks):
            near = ", ".join(get_close_matches(name, ids, n=3)) or ", ".join(ids) or "none"
            return (
                f"expected_failed must name results that there are; {record.target} has no "
                f"{name!r}. Near it are: {near}."
            )
    return ""


def _is_unsaid(record: Record) -> bool:
    """Whether the verdict is bad, and no check says so."""
    return record.verdict not in _RIGHT and not any(r.status in _BAD for r in record.checks)


def _fail(text: str) -> NoReturn:
    pytest.fail(visible(text), pytrace=False)


def _headline(record: Record) -> str:
    return f"{record.target}: {record.verdict}. {record.summary}"


def _diagnosis(record: Record, check: Check) -> list[str]:
    """The edits that explain what the target computes, for the check of the formula."""
    if check.family != "formula" or record.matched is None:
        return []
    lines = []
    for edit in record.matched.edits:
        lines.append(f"{edit.id} ({edit.kind}): {edit.statement}")
        for change in edit.changes:
            texts = (("-", change.before_text), ("+", change.after_text))
            lines += [f"    {sign} {text}" for sign, text in texts if text is not None]
        lines += [f"    {link}" for link in edit.links]
    return ["\n".join(lines)] if lines else []


def _told(result: CheckResult) -> str:
    lines = [f"{result.status}  {result.id}: {result.message}", *details(result)]
    if result.counterexample is not None:
        lines.append("It is reproduced by:")
        lines += ["", result.counterexample.snippet.rstrip()]
    return "\n".join(lines)


def _why_expected(known: Sequence[CheckResult], expected: Expected) -> str:
    reasons = [why for name, why in expected.items() if any(_is_of(r, name) for r in known)]
    return f"{'; '.join(reasons)} ({', '.join(result.id for result in known)})"


def _why_skipped(own: Sequence[CheckResult]) -> str:
    reasons = dict.fromkeys(result.message for result in own)
    return " ".join(reasons) or "The check found nothing in this target that it is about."
