"""What a target's makers show of it; it needs the standard library alone.

So it can be had where a kernel runs but the packages of this suite are missing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What those who made a target looked at beside its steps, such as its machine code.

    Parameters
    ----------
    id
        Its name, such as ``ptx.rounding``; records show it as ``evidence.ptx.rounding``.
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
    """

    id: str
    title: str
    cites: str
    passed: bool | None
    message: str
    measure: float | None = None
    limit: float | None = None
