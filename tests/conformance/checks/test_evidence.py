"""Evidence that a class brings is on its record, and decides as any check does."""

import pytest
import torch

from optimspec.conformance.checks.evidence import evidence
from optimspec.conformance.judge import judge
from optimspec.conformance.load import as_target
from optimspec.conformance.protocol import Evidence

FEW_STEPS = 10
OUTCOMES = {True: "pass", False: "fail", None: "skip"}


@pytest.fixture
def judged(adam, monkeypatch):
    """What is said of a class by evidence alone, once its formula is known."""
    monkeypatch.setattr("optimspec.conformance.judge.CHECKS", (evidence,))

    def make(kind):
        target = as_target(kind, {"foreach": False}, "tests:Adam")
        return judge(target, adam, formats=("float64",), proofs=False, longest=FEW_STEPS)

    return make


def adam_with(*outcomes):
    class Adam(torch.optim.Adam):
        @classmethod
        def optimspec_evidence(cls):
            for i, outcome in enumerate(outcomes):
                yield Evidence(f"code.{i}", "Code is so.", "its manual", outcome, "Seen.", i, 1.0)

    return Adam


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_evidence_is_shown_as_its_makers_say_it(result, outcome):
    found = result(evidence, adam_with(outcome))

    assert (found.id, found.status) == ("evidence.code.0", OUTCOMES[outcome])
    assert (found.title, found.cites, found.message) == ("Code is so.", "its manual", "Seen.")
    assert (found.measure, found.limit) == (0, 1)


def test_most_targets_bring_none(results):
    assert not results(evidence, torch.optim.Adam)


def test_evidence_against_a_target_decides_the_verdict(judged):
    record = judged(adam_with(True, None, False))

    assert record.verdict == "nonconforming"
    assert record.summary.endswith("but fails evidence.code.2.")


def test_evidence_that_breaks_off_leaves_the_target_undecided(judged):
    class Adam(torch.optim.Adam):
        @classmethod
        def optimspec_evidence(cls):
            raise OSError("no compiler")

    record = judged(Adam)

    assert record.verdict == "error"
    assert "evidence could not be decided" in record.summary
