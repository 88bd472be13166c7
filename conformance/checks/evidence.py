"""What do those who made the target show of it beside its steps?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.rule import Rule
from optimspec.conformance.protocol import Witness
from optimspec.conformance.record import CheckResult, Status

_STATUS: Final = {True: Status.PASS, False: Status.FAIL, None: Status.SKIP}


def evidence(bench: Bench) -> Iterator[CheckResult]:
    """What the target brings of its own, such as a look at its machine code, is in order."""
    if not isinstance(bench.target, Witness):
        return
    for found in bench.target.evidence():
        rule = Rule(f"evidence.{found.id}", found.title, found.cites)
        yield rule.result(_STATUS[found.passed], found.message, found.measure, found.limit)
