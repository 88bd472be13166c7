"""What checks have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from optimspec.conformance.bench import Bench
from optimspec.conformance.record import CheckResult, Counterexample, Status


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a check tests.

    Parameters
    ----------
    id
        Its name; a dot separates a family from its members.
    title
        The rule in one sentence.
    cites
        The equation, theorem or clause it comes from.
    """

    id: str
    title: str
    cites: str

    def measured(
        self,
        measure: float,
        limit: float,
        message: str,
        counterexample: Counterexample | None = None,
    ) -> CheckResult:
        """The result of a measurement: kept if it is within the limit."""
        status = Status.PASS if measure <= limit else Status.FAIL
        return self.result(status, message, measure, limit, counterexample)

    def skipped(self, reason: str) -> CheckResult:
        """The rule was not tested."""
        return self.result(Status.SKIP, reason)

    def result(
        self,
        status: Status,
        message: str,
        measure: float | None = None,
        limit: float | None = None,
        counterexample: Counterexample | None = None,
    ) -> CheckResult:
        """A result of any status."""
        return CheckResult(
            id=self.id,
            title=self.title,
            cites=self.cites,
            status=status,
            measure=measure,
            limit=limit,
            message=message,
            counterexample=counterexample,
        )


Check = Callable[[Bench], Iterator[CheckResult]]
"""Judges a target at its bench and yields one result for each rule it tests."""

BOUND: Final = "the error bound derived from the equations; docs/error-bounds.md"
"""What rules on rounding come from."""

UNKNOWN: Final = "What the target computes is not known, so there is nothing to measure it against."
