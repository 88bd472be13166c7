"""What a step of the run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimspec.conformance.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Finding(Evidence):
    """Evidence of a step of the run.

    Parameters
    ----------
    figures
        All numbers that were measured, by names that tell their units.
    program
        One that shows what was found, or "".
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    program: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding without its outcome."""

    id: str
    title: str
    cites: str = "docs/gpu.md"

    def found(self, problem: str, message: str) -> Finding:
        """That the rule is broken, if there is a problem; else that it is kept."""
        return Finding(self.id, self.title, self.cites, not problem, problem or message)

    def measured(
        self,
        passed: bool,
        message: str,
        measure: float,
        limit: float,
        figures: Mapping[str, float],
    ) -> Finding:
        """That a number keeps its limit, or does not."""
        return Finding(self.id, self.title, self.cites, passed, message, measure, limit, figures)

    def not_run(self, why: str) -> Finding:
        """That it was not looked at."""
        return Finding(self.id, self.title, self.cites, None, why)
