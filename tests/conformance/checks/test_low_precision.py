"""What a narrow format makes every evaluation lose is a limit; what it does not, a defect."""

from importlib import import_module

import numpy as np
import pytest
import torch

from numpy_adams import FailingAdam, RefusesOverflow, ScaledSquares, SingleStateAdam
from optimspec.conformance.checks.low_precision import low_precision, phenomena
from optimspec.conformance.checks.phenomena import PHENOMENA, absorbed
from optimspec.conformance.record import Status
from optimspec.conformance.specimen import Specimen
from optimspec.impls import correct_but_unusual, naive_torch
from optimspec.impls.faults.precision import ScalarsInParameterFormat
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.reference import BFLOAT16, FLOAT16
from optimspec.spec import ALGORITHMS

PASS, FAIL, SKIP = Status.PASS, Status.FAIL, Status.SKIP


@pytest.fixture(autouse=True)
def all_state_is_known(monkeypatch):
    """Take what targets here show for the paper's state, without looking at every case."""
    module = import_module("optimspec.conformance.checks.low_precision")
    names = lambda _, algorithm: tuple(s.variable.name for s in algorithm.state)  # noqa: E731
    monkeypatch.setattr(module, "known_state", names)


class WideMoments(SingleStateAdam):
    """Keeps and computes moments in float32; the parameters may be in float16."""

    def _update(self, theta, g, m, v, t):
        super()._update(theta, g.astype(np.float32), m, v, t)


class HalfEps(WideMoments):
    """Casts eps to the parameters' format, where it is 0, and divides 0 by it."""

    def _update(self, theta, g, m, v, t):
        eps, self.eps = self.eps, float(theta.dtype.type(self.eps))
        super()._update(theta, g, m, v, t)
        self.eps = eps


class HalfSquares(SingleStateAdam):
    """Squares gradients in the parameters' format before they meet the moment of float32."""


class HalfIncrement(WideMoments):
    """Moves v to the squares in float16: once both are infinite, by infinity less infinity."""

    def _update(self, theta, g, m, v, t):
        before = v.copy()
        super()._update(theta, g, m, v, t)
        v[...] = before + (1 - self.betas[1]) * ((g**2).astype(np.float32) - before)


class StopsCounting(naive_torch.NaiveAdam):
    """Counts as bfloat16 does, in which 256 + 1 is 256."""

    def step_param(self, state, group, grad, param):
        state["step"] = min(state["step"], 255)
        super().step_param(state, group, grad, param)


MANY = {"huge-gradient", "decay-rate-near-one", "small-update", "step-counter"}


def statuses(results, target, format_, **options):
    found = results(low_precision, target, formats=(format_,), **options)
    return {id_.split(".")[1]: r for id_, r in found.items()}


class TestLimits:
    @pytest.mark.parametrize("format_", ["bfloat16", "float16"])
    @pytest.mark.parametrize(
        "target",
        [
            naive_torch.NaiveAdam,
            correct_but_unusual.LerpAdam,
            correct_but_unusual.FoldedAdam,
            correct_but_unusual.WideAdam,
        ],
    )
    def test_what_is_right_has_no_defect(self, results, target, format_):
        found = statuses(results, target, format_)

        assert len(found) == (6 if format_ == "bfloat16" else 5)
        assert {r.status for r in found.values()} == {PASS}

    @pytest.mark.parametrize("base", ["rmsprop", "radam", "lion"])
    def test_what_rounds_each_operation_once_has_no_defect(self, results, base):
        algorithm = ALGORITHMS[base]
        found = results(
            low_precision, Specimen(algorithm), algorithm, ("bfloat16", "float16"), algorithm
        )

        assert {r.status for r in found.values()} == {PASS}

    def test_a_limit_is_told_with_its_reason_and_step(self, results):
        found = statuses(results, NaiveAdam, "float16")

        assert found["zero-gradient"].message == (
            "A limit of float16, in which epsilon = 1e-08 is 0: theta is not finite from step 1 "
            "on; as in an evaluation that rounds each operation to float16."
        )
        assert "v is not finite from step 1 on (gradients of 512, 2.05e+03)" in (
            found["huge-gradient"].message
        )
        assert "v does not move from step 2 on" in found["decay-rate-near-one"].message
        assert "theta does not move from step 1 on" in found["small-update"].message

    def test_what_computes_in_a_wider_format_is_beside_the_limit(self, results):
        found = statuses(results, correct_but_unusual.UnnamedStateAdam, "float16")
        wide = statuses(results, WideMoments, "float16")

        assert wide["zero-gradient"].message == "Nothing is lost in 4 steps."
        assert found["small-update"].status is wide["small-update"].status is PASS

    def test_a_decay_that_does_nothing(self, results):
        adamw = ALGORITHMS["adamw"]
        found = statuses(results, torch.optim.AdamW, "bfloat16", matched=adamw, claimed=adamw)[
            "small-weight-decay"
        ]

        assert found.status is PASS
        assert "theta does not move from step 1 on" in found.message


class TestDefects:
    @pytest.mark.parametrize(
        ("target", "format_", "failed"),
        [
            (HalfEps, "float16", {"zero-gradient"}),
            (HalfSquares, "float16", {"huge-gradient", "tiny-gradient"}),
            (HalfIncrement, "float16", {"huge-gradient"}),
            (ScaledSquares, "float16", {"huge-gradient"}),
            (ScalarsInParameterFormat, "bfloat16", MANY),
            (StopsCounting, "bfloat16", {"step-counter"}),
        ],
    )
    def test_is_found_where_the_format_is_no_excuse(self, results, target, format_, failed):
        found = statuses(results, target, format_)

        assert {name for name, r in found.items() if r.status is FAIL} == failed
        for name in failed:
            assert found[name].measure > found[name].limit
            assert found[name].counterexample.case == name

    def test_is_a_run_that_breaks_off_where_others_do_not(self, results):
        found = statuses(results, RefusesOverflow, "float16")

        assert {name for name, r in found.items() if r.status is FAIL} == {"huge-gradient"}
        assert found["huge-gradient"].message.startswith(
            "It breaks off at step 1: FloatingPointError: overflow"
        )
        assert found["huge-gradient"].counterexample.case == "huge-gradient"

    def test_radam_on_lists_divides_zero_by_zero(self, results):
        radam = ALGORITHMS["radam"]
        found = statuses(
            results, torch.optim.RAdam, "float16", matched=radam, claimed=radam, foreach=True
        )

        assert found["tiny-gradient"].status is FAIL
        assert "nan" in found["tiny-gradient"].message


def test_skips_what_is_unknown_or_never_runs(results):
    unknown = results(low_precision, NaiveAdam, None, ("float32", "float16"))
    failing = statuses(results, FailingAdam, "float16")

    assert [(id_, r.status) for id_, r in unknown.items()] == [("low-precision.float16", SKIP)]
    assert {r.status for r in failing.values()} == {SKIP}


def test_wide_formats_are_not_concerned(results):
    assert not results(low_precision, NaiveAdam, formats=("float64", "float32"))


@pytest.mark.parametrize(("into", "value"), [(BFLOAT16, 1e-3), (FLOAT16, 1e-4)])
def test_what_is_absorbed_rounds_to_nothing_beside_one(into, value):
    assert absorbed(into) == value
    assert into.round(np.array(1 - value)) == 1
    assert into.round(np.array(1 - 10 * value)) < 1


def test_every_phenomenon_cites_who_met_it():
    names = [regime.id for p in PHENOMENA if (regime := p.regime(BFLOAT16))]

    assert len(set(names)) == len(PHENOMENA)
    assert all(rule.cites.startswith("https://") for rule in phenomena())
    assert [rule.id for rule in phenomena()] == [f"low-precision.{name}" for name in names]
