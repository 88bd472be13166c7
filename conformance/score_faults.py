"""Faults that equations do not show, and false alarms, judged as the catalogue lists them."""

from __future__ import annotations

import time
from typing import NamedTuple

from optimspec.conformance.judge import judge
from optimspec.conformance.load import CannotLoad, load
from optimspec.conformance.planted import planted
from optimspec.conformance.record import Record, Status, Verdict
from optimspec.conformance.score_record import FaultOutcome
from optimspec.spec import ALGORITHMS, FAULTS


class Host(NamedTuple):
    """A fault and the optimizer it is planted into; "" if its specimen is a target by itself."""

    fault: str
    into: str


def hosts() -> list[Host]:
    """Every fault of the catalogue with each optimizer that it is planted into."""
    return [Host(fault.id, into) for fault in FAULTS.values() for into in fault.into or ("",)]


def judged_fault(host: Host, seed: int) -> FaultOutcome:
    """What the suite says of a fault, in the formats in which its entry says that it shows."""
    began = time.perf_counter()
    fault = FAULTS[host.fault]
    try:
        if host.into:
            target, claimed = planted(fault, host.into), None
        else:
            target, claimed = load(fault.specimen), ALGORITHMS[fault.spec]
        record = judge(target, claimed, formats=fault.formats, seed=seed, proofs=False)
        name, verdict, summary = record.target, record.verdict, record.summary
        failed = _failed(record)
    except (CannotLoad, ImportError) as problem:
        name, verdict, summary, failed = (
            host.into or fault.specimen,
            Verdict.ERROR,
            str(problem),
            [],
        )
    return FaultOutcome(
        id=fault.id,
        kind=fault.kind.value,
        statement=fault.statement,
        target=name,
        verdict=verdict,
        summary=summary,
        expected=list(fault.caught_by),
        failed=failed,
        seconds=round(time.perf_counter() - began, 2),
    )


def _failed(record: Record) -> list[str]:
    return [check.id for check in record.checks if check.status is Status.FAIL]
