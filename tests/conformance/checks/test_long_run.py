"""Drift that runs of a thousand steps do not show, on runs as short as show it."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from numpy_adams import FailingAdam, SingleCorrectionAdam
from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.long_run import LONG, long_run
from optimspec.conformance.jobs import Job, run_job
from optimspec.conformance.load import as_target
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam

STOPS = 2**11
"""Where a counter in float16 stops: 2048 + 1 is 2048."""

LATE = np.arange(STOPS + 200) >= STOPS


class CountsInHalf(NaiveAdam):
    """Counts its steps in float16."""

    def step(self, gradients):
        self.t = [min(t, STOPS - 1) for t in self.t]
        super().step(gradients)


class GivesUp(NaiveAdam):
    """Raises after a thousand steps."""

    def step(self, gradients):
        if self.t[0] == 1000:
            raise RuntimeError("enough")
        super().step(gradients)


@pytest.fixture
def judged(adam, short, monkeypatch):
    """The results on a run in which gradients begin when the counter has stopped."""
    shorter = replace(
        LONG,
        steps=len(LATE),
        elements=1,
        gradients=lambda rng, steps, elements: np.outer(LATE, np.ones(1)),  # noqa: ARG005
    )
    monkeypatch.setattr(import_module("optimspec.conformance.checks.long_run"), "LONG", shorter)

    def make(target, matched=adam, formats=("float64",), **options):
        bench = Bench(as_target(target, {}, "x"), adam, formats, 0, matched, **options)
        return list(long_run(bench))

    return make


class TestLongRun:
    def test_is_made_only_if_it_is_asked_for(self, judged):
        assert judged(NaiveAdam) == []

    def test_passes_what_counts_on_and_tells_k_at_the_end(self, judged):
        (result,) = judged(NaiveAdam, long=True)

        assert (result.id, result.status) == ("long-run.float64", Status.PASS)
        assert result.measure <= 1
        assert f"at the end, after {len(LATE)} steps" in result.message

    def test_fails_a_counter_that_stops(self, judged):
        (result,) = judged(CountsInHalf, long=True)

        assert result.status is Status.FAIL
        assert result.counterexample.step == STOPS + 1
        assert result.counterexample.variable == "theta"

    def test_fails_what_breaks_off(self, judged):
        (result,) = judged(GivesUp, long=True)

        assert result.status is Status.FAIL
        assert "step 1001: RuntimeError: enough" in result.message

    def test_asks_nothing_of_what_short_runs_or_no_equations_allow(self, judged):
        (coarse,) = judged(SingleCorrectionAdam, formats=("float32", "float16"), long=True)
        (unknown,) = judged(FailingAdam, None, long=True)

        assert {coarse.status, unknown.status} == {Status.SKIP}
        assert "already" in coarse.message


@pytest.mark.parametrize("long", [False, True])
def test_a_job_carries_it_to_the_bench(monkeypatch, long):
    class Asked(Exception):  # noqa: N818
        pass

    def asked(*args, **options):
        raise Asked(options["long"])

    monkeypatch.setattr(import_module("optimspec.conformance.judge"), "Bench", asked)
    job = Job("optimspec.impls.naive_numpy:NaiveAdam", "adam")

    with pytest.raises(Asked, match=str(long)):
        run_job(job, formats=[], seed=0, long=long, progress=print)


def test_the_run_is_ten_times_as_long_as_the_longest_case():
    rare = LONG.gradients(np.random.default_rng(0), 1000, LONG.elements) == 0

    assert LONG.steps == 10_000
    assert not rare[:, 0].any()
    assert 800 < rare[:, 1].sum() < 900
