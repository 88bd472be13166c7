"""The theorem on the largest step is tried where it holds."""

import pytest

from numpy_adams import TwiceAdam
from optimspec.conformance.checks.step_bound import DIGITS, step_bound
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.spec import ALGORITHMS, EDITS

ADAM = ALGORITHMS["adam"]
PASS, FAIL, SKIP = Status.PASS, Status.FAIL, Status.SKIP


class TestStepBound:
    def test_passes_and_the_worst_case_attains_the_bound(self, result):
        found = result(step_bound, NaiveAdam)

        assert found.status is PASS
        assert "is 1.000000 of its bound" in found.message
        assert "longest-step" in found.message

    def test_fails_where_steps_are_longer(self, result):
        found = result(step_bound, TwiceAdam)

        assert found.status is FAIL
        assert round(found.measure, DIGITS) == 2

    def test_uses_the_betas_that_the_target_has(self, result):
        found = result(step_bound, NaiveAdam, betas=(0.5, 0.9))

        assert found.status is PASS
        assert "longest-step(0.5, 0.9)" in found.message

    @pytest.mark.parametrize("matched", [None, ADAM.edited(EDITS["first-moment-unscaled"])])
    def test_skips_what_the_theorem_does_not_hold_for(self, result, matched):
        assert result(step_bound, NaiveAdam, matched).status is SKIP

    @pytest.mark.parametrize(
        ("base", "edit"),
        [
            (a.name, e)
            for a in ALGORITHMS.values()
            if a.step_bound
            for e in sorted(a.step_bound.survives)
        ],
    )
    def test_edits_that_the_theorem_survives_keep_it(self, result, specimen, base, edit):
        target = specimen(edit, base=base)

        found = result(step_bound, target, target.algorithm, claimed=ALGORITHMS[base])

        assert found.status is PASS
