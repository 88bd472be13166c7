"""The columns of a matrix follow the order of the checks."""

import pytest

from optimspec.conformance.record import Record
from optimspec.reports.matrix import groups


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([["a", "b.x", "b.y"]], {"a": ["a"], "b": ["b.x", "b.y"]}),
        ([["b.y"], ["b.x", "b.y"]], {"b": ["b.x", "b.y"]}),
        ([["b.x", "b.z"], ["b.x", "b.y", "b.z"]], {"b": ["b.x", "b.y", "b.z"]}),
        ([["b.x", "a", "b.y"]], {"b": ["b.x", "b.y"], "a": ["a"]}),
        ([[], []], {}),
    ],
)
def test_order(conforming: Record, ids: list[list[str]], expected: dict[str, list[str]]) -> None:
    """A check stands after the one it follows, in the group of its prefix."""
    one = conforming.checks[0]
    records = [
        conforming.model_copy(update={"checks": [one.model_copy(update={"id": i}) for i in row]})
        for row in ids
    ]
    assert {g.id: list(g.checks) for g in groups(records)} == expected


def test_names(conforming: Record) -> None:
    """A group and its checks are named in words."""
    named = {g.title: [g.label(check) for check in g.checks] for g in groups([conforming])}

    assert named["Step bound"] == [""]
    assert [g.id for g in groups([conforming]) if g.alone] == ["formula", "step-bound"]
    assert named["Invariant"] == ["gradient scale", "sign symmetry", "permutation"]
