"""Adam keeps every symmetry, each can be broken, and what does not hold for a target is skipped."""

import numpy as np
import pytest

from numpy_adams import FaultyAdam, PositiveEpsAdam, TwiceAdam
from optimspec.conformance.checks.invariants import invariants
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.spec import ALGORITHMS, EDITS

ADAM, ADAMW = ALGORITHMS["adam"], ALGORITHMS["adamw"]
PASS, FAIL, SKIP = Status.PASS, Status.FAIL, Status.SKIP
INVARIANTS = ["gradient-scale", "sign", "translation", "permutation", "split", "unit-step"]


class Decays(FaultyAdam):
    def fault(self, theta, step):
        return -theta / 8


class ByPlace(FaultyAdam):
    def fault(self, theta, step):
        return self.lr * np.arange(theta.size).reshape(theta.shape)


class BySize(FaultyAdam):
    def fault(self, theta, step):
        return self.lr * np.full_like(theta, theta.size)


class LargeEps(NaiveAdam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps + 1)


class TestInvariants:
    def test_adam_keeps_all(self, results):
        found = results(invariants, NaiveAdam)

        assert {name: r.status for name, r in found.items()} == {
            f"invariant.{name}": PASS for name in INVARIANTS
        }

    @pytest.mark.parametrize(
        ("cls", "broken"),
        [
            (LargeEps, {"gradient-scale", "unit-step"}),
            (FaultyAdam, {"sign", "unit-step"}),
            (Decays, {"translation", "unit-step"}),
            (ByPlace, {"sign", "permutation", "split", "unit-step"}),
            (BySize, {"sign", "split", "unit-step"}),
            (TwiceAdam, {"unit-step"}),
        ],
    )
    def test_each_can_fail(self, results, cls, broken):
        found = results(invariants, cls)

        assert {name.partition(".")[2] for name, r in found.items() if r.status is FAIL} == broken
        assert all(r.measure > r.limit for r in found.values() if r.status is FAIL)

    @pytest.mark.parametrize(
        ("matched", "skipped"),
        [
            (None, set(INVARIANTS)),
            (ADAM.edited(EDITS["gradient-not-squared"]), {"gradient-scale", "unit-step"}),
            (ADAM.edited(EDITS["no-bias-correction"]), {"unit-step"}),
        ],
    )
    def test_what_does_not_hold_for_the_target_is_skipped(
        self, results, specimen, matched, skipped
    ):
        edits = [edit.id for edit in matched.edits] if matched else []
        found = results(invariants, specimen(*edits), matched)

        assert {name.partition(".")[2] for name, r in found.items() if r.status is SKIP} == skipped
        assert {r.status for r in found.values()} <= {PASS, SKIP}

    def test_decay_has_no_translation(self, results, specimen):
        found = results(invariants, specimen(base="adamw"), ADAMW)

        assert {name for name, r in found.items() if r.status is SKIP} >= {"invariant.translation"}

    def test_a_counter_for_all_parameters_has_no_split(self, results, specimen):
        edit = EDITS["step-counter-per-parameter"]
        found = results(invariants, specimen(edit.id), ADAM.edited(edit))

        assert found["invariant.split"].status is SKIP
        assert found["invariant.permutation"].status is PASS

    @pytest.mark.parametrize(
        ("cls", "arguments"), [(NaiveAdam, {"eps": 1e-3}), (PositiveEpsAdam, {})]
    )
    def test_what_needs_no_eps_is_skipped_where_it_cannot_be_zero(self, results, cls, arguments):
        found = results(invariants, cls, **arguments)

        assert {name for name, r in found.items() if r.status is SKIP} == {
            "invariant.gradient-scale",
            "invariant.unit-step",
        }
