"""What a step of the run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, and whether it is kept: the fields of the target protocol's Evidence, and two more.

    That class comes with packages that a machine with a GPU may lack, so that this is not it.

    Parameters
    ----------
    id
        Its name, such as ``bits.cuda.sizes``.
    title
        The rule in one sentence.
    cites
        Where the rule comes from.
    passed
        Whether the rule is kept; None if that was not looked at.
    message
        What was found, or why it was not looked at.
    measure, limit
        A number that was measured, and its limit, where there is one.
    figures
        All numbers that were measured, by names that tell their units.
    program
        One that shows what was found, or "".
    """

    id: str
    title: str
    cites: str
    passed: bool | None
    message: str
    measure: float | None = None
    limit: float | None = None
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
