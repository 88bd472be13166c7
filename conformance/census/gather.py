"""From the records of rows to the rows of a census, and to the findings that hold for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from optimspec.conformance.census.declared import DeclaredRow
from optimspec.conformance.census_record import WRONG, Finding, Formula, Row
from optimspec.conformance.record import Record, Status


def row_of(package: str, declared: DeclaredRow, record: Record) -> Row:
    """A row without its findings, which :func:`with_findings` adds."""
    formula = formula_of(record)
    return Row(
        package=package,
        target=declared.title,
        reference=declared.target,
        arguments=declared.arguments,
        through=declared.through,
        spec=declared.spec,
        verdict=record.verdict,
        summary=record.summary,
        formula=formula and formula.key,
        others=record.matched.others if record.matched else [],
        settings=record.settings,
        error_constants=record.error_constants,
        error_limit=record.error_limit,
        departures=record.departures,
        failed=[c for c in record.checks if c.status in (Status.FAIL, Status.ERROR)],
        counts=dict(Counter(c.status.value for c in record.checks)),
        findings=[],
        unconfirmed="",
        seconds=record.seconds,
    )


def formula_of(record: Record) -> Formula | None:
    """What a record found the target to compute."""
    found = record.matched
    if found is None:
        return None
    return Formula(algorithm=found.algorithm, edits=found.edits, equations=found.equations)


def with_findings(row: Row, declared: DeclaredRow, stale: Sequence[Finding]) -> Row:
    """The row with the findings that hold for it.

    A finding holds where verdict and edits are those that were confirmed, and every line that it
    cites is still in the source.
    """
    said = declared.confirmed
    why = ""
    if said is None:
        why = "nobody has confirmed it in the source" if row.verdict in WRONG else ""
    elif (row.verdict, _edits(row)) != (said.verdict, said.edits):
        edits = f" ({', '.join(said.edits)})" if said.edits else ""
        why = f"what was confirmed in the source is the verdict {said.verdict}{edits}"
    elif gone := [f for f in said.findings if f in stale]:
        why = f"line {gone[0].line} of {gone[0].file} is no longer what was confirmed"
    findings = [] if why or said is None else said.findings
    return row.model_copy(update={"findings": findings, "unconfirmed": why})


def _edits(row: Row) -> list[str]:
    return row.formula.split("+")[1:] if row.formula else []
