"""Precision is judged format by format, and state where it is the paper's."""

import numpy as np
import pytest

from numpy_adams import FaultyAdam, SingleCorrectionAdam
from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.precision import known_state, precision
from optimspec.conformance.load import as_target
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.spec import ALGORITHMS

ADAM = ALGORITHMS["adam"]
PASS, FAIL, SKIP = Status.PASS, Status.FAIL, Status.SKIP


class AtOneBetaInSingle(FaultyAdam):
    """Errs in one format, at a value of beta1 that only the search tries."""

    def errs(self, theta, t):
        return self.betas[0] == 0.99 and theta.dtype == np.float32


class SingleFails(NaiveAdam):
    def _update(self, theta, g, m, v, t):
        if theta.dtype == np.float32:
            raise TypeError
        super()._update(theta, g, m, v, t)


class FewStates(NaiveAdam):
    """Shows no state for tensors without axes, and keeps a first moment of its own kind."""

    @property
    def v(self):
        return self.roots if self.parameters[0].ndim else None

    @v.setter
    def v(self, roots):
        self.roots = roots

    def step(self, gradients):
        for at, g in enumerate(gradients):
            self.t[at] += 1
            self.m[at] *= 2
            self._update(self.parameters[at], g, self.m[at], self.roots[at], self.t[at])
            self.m[at] /= 2

    def _update(self, theta, g, m, v, t):
        m /= 2
        super()._update(theta, g, m, v, t)
        m *= 2


class Doubled(FewStates):
    """Keeps twice the first moment."""

    def step(self, gradients):
        for at, g in enumerate(gradients):
            self.t[at] += 1
            self._update(self.parameters[at], g, self.m[at], self.roots[at], self.t[at])


class TestPrecision:
    def test_passes_in_every_format(self, results):
        found = results(precision, NaiveAdam, formats=("float64", "float32", "float16"))

        assert [r.id for r in found.values()] == [
            "precision.float64", "precision.float32", "precision.bfloat16", "precision.float16",
        ]  # fmt: skip
        assert [r.status for r in found.values()] == [PASS, PASS, SKIP, PASS]
        assert "were not judged" in found["precision.float16"].message

    def test_fails_in_the_format_whose_rounding_is_lost(self, results):
        found = results(precision, SingleCorrectionAdam, formats=("float64", "float32"))

        assert [r.status for r in found.values()] == [PASS, FAIL, SKIP]
        assert found["precision.float32"].counterexample.case == "long-memory"

    def test_searches_the_formats_in_which_the_formula_was_not(self, results):
        found = results(precision, AtOneBetaInSingle, formats=("float64", "float32"))

        assert [r.status for r in found.values()] == [PASS, FAIL, SKIP]
        assert found["precision.float32"].counterexample.case == "search"

    def test_skips_what_is_unknown_or_does_not_run(self, results):
        unknown = results(precision, NaiveAdam, None)["precision.float64"]
        found = results(precision, SingleFails, formats=("float64", "float32"))

        assert unknown.status is SKIP
        assert [r.status for r in found.values()] == [PASS, SKIP, SKIP]
        assert found["precision.float32"].message == "No case ran in float32."

    @pytest.mark.parametrize(
        ("cls", "known"), [(NaiveAdam, ("m", "v")), (FewStates, ("m", "v")), (Doubled, ("v",))]
    )
    def test_state_is_measured_where_it_is_the_equations(self, cls, known):
        bench = Bench(as_target(cls, {}, "x"), ADAM, ("float64",), 0, ADAM)

        assert known_state(bench, ADAM) == known
        assert next(precision(bench)).status is PASS
