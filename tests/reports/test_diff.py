"""A comparison names what changed between two judgements, and nothing else."""

from collections.abc import Sequence

import pytest

from optimspec.conformance.record import Record, Status
from optimspec.reports.diff import SIGNIFICANT, Change, changes, render


def whats(old: Sequence[Record], new: Sequence[Record]) -> list[tuple[str, str | None, str | None]]:
    """Return the changes without the target's name."""
    return [(c.what, c.before, c.after) for c in changes(old, new)]


def test_no_change(records: Sequence[Record]) -> None:
    """The same records in another order are no change."""
    assert changes(records, records[::-1]) == []
    assert render([]) == "No change.\n"


def test_appeared_and_vanished(conforming: Record, wrong: Record) -> None:
    """A target that only one side has is one change."""
    assert changes([conforming], [wrong]) == [
        Change("torch.optim:Adam", "adam", "target", "conforms", None),
        Change("mine.py:MyAdam", "adam", "target", None, "nonconforming"),
    ]


def test_same_name_twice(conforming: Record, wrong: Record) -> None:
    """Targets of one name are paired in their order."""
    twin = wrong.model_copy(update={"target": conforming.target})

    assert changes([conforming, twin], [conforming, twin]) == []
    assert whats([conforming, twin], [conforming]) == [("target", "nonconforming", None)]


def test_verdict_edits_and_checks(conforming: Record, wrong: Record) -> None:
    """Verdict, edits and each changed check are named."""
    found = whats([conforming], [wrong.model_copy(update={"target": conforming.target})])

    assert ("verdict", "conforms", "nonconforming") in found
    assert (
        "edits",
        "none",
        "first-moment-unscaled+second-moment-not-corrected+eps-missing",
    ) in found
    assert ("check formula", "pass", "fail") in found
    assert ("check precision.float64", "pass", "skip") in found
    assert ("k float64", "1.02", None) in found
    assert "check invariant.permutation" not in [what for what, _, _ in found]


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (1.0, SIGNIFICANT, False),
        (1.0, 1.01 * SIGNIFICANT, True),
        (3.0, 1.0, True),
        (0.0, 0.0, False),
        (0.0, 0.1, True),
        (1.0, float("inf"), True),
        (float("inf"), float("inf"), False),
        (float("nan"), float("nan"), False),
        (float("nan"), 1.0, True),
    ],
)
def test_error_constants(conforming: Record, before: float, after: float, differs: bool) -> None:
    """Error constants differ beyond a factor of two."""
    old, new = (
        conforming.model_copy(update={"error_constants": {"float32": k}}) for k in (before, after)
    )
    assert bool(changes([old], [new])) is differs


def test_unknown_formula(wrong: Record) -> None:
    """A formula that is no longer identified is a change."""
    found = whats([wrong], [wrong.model_copy(update={"matched": None})])
    assert [(what, after) for what, _, after in found] == [("edits", "unknown")]


def test_text(conforming: Record) -> None:
    """Changes are grouped by target, on lines that no name can break or colour."""
    old = conforming.model_copy(update={"target": "a\n\x1b[31mb"})
    check = old.checks[0].model_copy(update={"status": Status.SKIP})
    new = old.model_copy(update={"checks": [check, *old.checks[1:-1]]})

    assert render(changes([old], [new])).splitlines() == [
        r"a \x1b[31mb (adam)",
        "  check formula: pass -> skip",
        "  check contract.no-grad: pass -> absent",
    ]
