"""Records as Markdown, for the summary of a CI run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from optimspec.conformance.record import CheckResult, Record
from optimspec.conformance.visible import one_line
from optimspec.reports.matrix import Group, groups
from optimspec.reports.wording import STATUSES, VERDICTS, headline, number, tally


def render(records: Sequence[Record]) -> str:
    """Return a table of checks, a table of what was measured, and a line about each target."""
    summary = f"{_text(headline(records))}\n"
    if not records:
        return summary
    columns = groups(records)
    heading = ["Target", "Verdict", *(_text(group.title) for group in columns)]
    checks = _table(heading, [_row(record, columns) for record in records])
    key = ", ".join(f"{words.glyph} {words.label}" for words in STATUSES.values())
    return "\n".join(
        [
            summary,
            *checks,
            f"\n{key}, · not run\n",
            *_measured(records),
            "",
            *map(_line, records),
            "",
        ]
    )


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *rows)]


def _measured(records: Sequence[Record]) -> list[str]:
    """Return a table of what each target computes, with its error constants and their limit."""
    formats = list(dict.fromkeys(name for r in records for name in r.error_constants))
    heading = ["Target", "Computes", *(_text(f"k in {name}") for name in formats), "Limit"]
    rows = [
        [
            _code(record.target),
            _computes(record),
            *(number(record.error_constants.get(name), 2) for name in formats),
            number(record.error_limit),
        ]
        for record in records
    ]
    return _table(heading, rows)


def _computes(record: Record) -> str:
    """Return the algorithm and the ids of its edits; "" where nothing explains the target."""
    if record.matched is None:
        return ""
    ids = [record.matched.algorithm, *(edit.id for edit in record.matched.edits)]
    return ", ".join(map(_code, ids))


def _line(record: Record) -> str:
    verdict = VERDICTS[record.verdict].label
    return f"- {_code(record.target)} **{verdict}**: {_text(record.summary)}"


def _row(record: Record, columns: Sequence[Group]) -> list[str]:
    words = VERDICTS[record.verdict]
    cells = [_cell(group.results(record)) for group in columns]
    return [_code(record.target), f"{words.glyph} {words.label}", *cells]


def _cell(results: Sequence[CheckResult]) -> str:
    """Return one glyph for a lone check, and for several how many came out how, worst first."""
    if len(results) == 1:
        return STATUSES[results[0].status].glyph
    return " ".join(f"{STATUSES[s].glyph}{count}" for s, count in tally(results)) or "·"


def _text(text: str) -> str:
    """Return ``text`` as one line that Markdown leaves as it is, and that mentions nobody."""
    escaped = re.sub(r"([\\`*_{}\[\]<>()#+!|~$&])", r"\\\1", one_line(text))
    return re.sub(r"@(?=\w)", "@<!-- -->", escaped)


def _code(text: str) -> str:
    """Return ``text`` as a code span that may stand in a table, or as text if none may."""
    line = one_line(text)
    if "\\|" in line:  # the backslash that a bar needs would be escaped by the one before
        return _text(text)
    line = line.replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    pad = " " * (line.startswith("`") or line.endswith("`"))
    return f"{fence}{pad}{line}{pad}{fence}"
