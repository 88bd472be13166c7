"""The words, glyphs and number format that every report shares."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from optimspec.conformance.record import CheckResult, Record, Status, Verdict
from optimspec.conformance.visible import one_line


@dataclass(frozen=True, slots=True)
class Wording:
    """How a verdict or status is shown.

    Parameters
    ----------
    glyph
        One or few characters, never the only sign.
    label
        Its name in running text.
    meaning
        What it says about the target, in one or two sentences.
    singular, plural
        A verb phrase to follow a count, as in "3 conform".
    """

    glyph: str
    label: str
    meaning: str
    singular: str = ""
    plural: str = ""


VERDICTS: Final[dict[Verdict, Wording]] = {
    Verdict.CONFORMS: Wording(
        "✓",
        "conforms",
        "It computes the specified formula, rounds within the limit in every format tested, and "
        "keeps its contract.",
        "conforms",
        "conform",
    ),
    Verdict.VARIANT: Wording(
        "≈",
        "variant",
        "It computes exactly a documented variant of the specification, which is named.",
        "is a documented variant",
        "are documented variants",
    ),
    Verdict.IMPRECISE: Wording(
        "±",
        "imprecise",
        "It computes the specified formula, but its error exceeds the limit in some format, which "
        "is named.",
        "is imprecise",
        "are imprecise",
    ),
    Verdict.NONCONFORMING: Wording(
        "✗",
        "nonconforming",
        "It computes another formula or breaks its contract. The known mistakes that explain it "
        "are named; where none do, a counterexample is shown.",
        "does not conform",
        "do not conform",
    ),
    Verdict.ERROR: Wording(
        "!",
        "error",
        "It could not be judged, and the reason is given. Whether it is right remains open.",
        "could not be judged",
        "could not be judged",
    ),
}

STATUSES: Final[dict[Status, Wording]] = {
    Status.ERROR: Wording("!", "error", "The check could not be completed."),
    Status.FAIL: Wording("✗", "fail", "The rule is broken."),
    Status.XPASS: Wording("(✓)", "unexpected pass", "The rule holds, though failure was expected."),
    Status.XFAIL: Wording("(✗)", "expected failure", "The rule is broken, as was expected."),
    Status.SKIP: Wording("⊘", "skip", "Not tested, for the reason given: this is not a pass."),
    Status.PASS: Wording("✓", "pass", "The rule holds."),
}
"""Worst first."""


def number(value: float | None, digits: int = 3) -> str:
    """Return ``value`` to so many significant digits, with a short exponent; "" for None."""
    if value is None:
        return ""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return (
        re.sub(r"e([+-])0*(\d)", r"e\1\2", f"{value:.{digits}g}")
        .replace("-", "−")
        .replace("e+", "e")
    )


def size(value: float | None) -> str:
    """Return ``value`` to two digits, with an exponent unless it is between 0.01 and 1000."""
    if not value or 0.01 <= abs(value) < 1000 or not math.isfinite(value):
        return number(value, 2)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", "−")


def constant(k: float) -> str:
    """Return an error constant for a narrow cell: two decimals, or the order of magnitude."""
    return f"{k:.2f}" if k < 100 or not math.isfinite(k) else f"{k:.0e}"


def headline(records: Sequence[Record]) -> str:
    """Return what was judged against what and how it came out, in one sentence."""
    if not records:
        return "Nothing was judged."
    specs = list(dict.fromkeys(r.specification.title for r in records))
    against = _listed(specs) if len(specs) < 4 else f"{len(specs)} specifications"
    if len(records) == 1:
        return f"{one_line(records[0].target)} was judged against {against}: " + (
            f"it {VERDICTS[records[0].verdict].singular}."
        )
    came = outcomes(r.verdict for r in records)
    return f"{len(records)} implementations were judged against {against}: {came}."


def outcomes(verdicts: Iterable[Verdict]) -> str:
    """Return how many came out how, in the middle of a sentence."""
    counts = Counter(verdicts)
    return _listed(
        [
            f"{counts[v]} {words.singular if counts[v] == 1 else words.plural}"
            for v, words in VERDICTS.items()
            if counts[v]
        ]
    )


def tally(checks: Iterable[CheckResult]) -> list[tuple[Status, int]]:
    """Return how many checks have each status that occurs, worst first."""
    counts = Counter(check.status for check in checks)
    return [(status, counts[status]) for status in STATUSES if counts[status]]


def details(check: CheckResult) -> list[str]:
    """Return the lines of text on a result's rule: what it says, its source, measure and limit."""
    lines = [check.title, f"Source: {check.cites}"]
    if check.measure is not None:
        lines.append(f"Measured {number(check.measure)}, limit {number(check.limit)}")
    return lines


def _listed(items: Sequence[str]) -> str:
    *front, last = items
    return f"{', '.join(front)} and {last}" if front else last
