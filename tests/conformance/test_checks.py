"""Every check passes on a right target, fails on one made to break it, and skips where it must."""

import numpy as np
import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.formula import formula, runs
from optimspec.conformance.checks.invariants import invariants
from optimspec.conformance.checks.precision import known_state, precision
from optimspec.conformance.checks.step_bound import step_bound
from optimspec.conformance.load import as_target
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.reference import error_limit
from optimspec.spec import ALGORITHMS, EDITS

ADAM, ADAMW = ALGORITHMS["adam"], ALGORITHMS["adamw"]
PASS, FAIL, SKIP = Status.PASS, Status.FAIL, Status.SKIP
INVARIANTS = ["gradient-scale", "sign", "translation", "permutation", "split", "unit-step"]


class Positive(NaiveAdam):
    """Refuses eps = 0, which the specification allows."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not eps:
            raise ValueError("eps > 0")
        super().__init__(params, lr, betas, eps)


class Faulty(NaiveAdam):
    """Adam that adds ``fault(theta)`` to the parameter after its step, where it ``errs``."""

    def _update(self, theta, g, m, v, t):
        before = theta.copy()
        super()._update(theta, g, m, v, t)
        if self.errs(theta, t):
            theta += self.fault(theta, theta - before)

    def errs(self, theta, t):
        return True

    def fault(self, theta, step):
        return self.lr * np.ones_like(theta) / 8


class AtOneBeta(Faulty):
    """Errs at a value of beta1 that only the search tries."""

    def errs(self, theta, t):
        return self.betas[0] == 0.99


class AtOneBetaInSingle(AtOneBeta):
    def errs(self, theta, t):
        return super().errs(theta, t) and theta.dtype == np.float32


class Late(Faulty):
    """Errs later than a searched case lasts."""

    def errs(self, theta, t):
        return t > 90


class Twice(Faulty):
    """Makes every step twice."""

    def fault(self, theta, step):
        return step


class Decays(Faulty):
    def fault(self, theta, step):
        return -theta / 8


class ByPlace(Faulty):
    def fault(self, theta, step):
        return self.lr * np.arange(theta.size).reshape(theta.shape)


class BySize(Faulty):
    def fault(self, theta, step):
        return self.lr * np.full_like(theta, theta.size)


class LargeEps(NaiveAdam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps + 1)


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


class SingleCorrection(NaiveAdam):
    """Computes 1 - beta^t in the parameters' format."""

    def _update(self, theta, g, m, v, t):
        beta1, beta2 = map(theta.dtype.type, self.betas)
        m[...] = self.betas[0] * m + (1 - self.betas[0]) * g
        v[...] = self.betas[1] * v + (1 - self.betas[1]) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta[...] = theta - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def results(check, target, matched=ADAM, formats=("float64",), **arguments):
    """The results of a check by id, on a bench where the target is known to compute ``matched``."""
    made = as_target(target, arguments, "tests:Target")
    return {r.id: r for r in check(Bench(made, ADAM, formats, 0, matched))}


def result(check, *args, **options):
    (only,) = results(check, *args, **options).values()
    return only


class TestRuns:
    def test_passes_where_every_case_runs(self):
        assert result(runs, NaiveAdam).status is PASS

    def test_fails_with_the_first_case_that_does_not(self):
        found = result(runs, Positive)

        assert (found.status, found.measure) == (FAIL, 1)
        assert "the first, eps-zero in float64: ValueError: eps > 0" in found.message


class TestFormula:
    def test_passes_on_the_claimed_formula(self):
        found = result(formula, NaiveAdam)

        assert found.status is PASS
        assert found.counterexample is None
        assert 0 < found.measure <= found.limit == error_limit(ADAM)

    def test_fails_on_another_with_the_smallest_counterexample(self):
        found = result(formula, Faulty)
        example = found.counterexample

        assert found.status is FAIL
        assert (example.case, example.step, example.parameter, example.element) == (
            "search", 1, 0, 0,
        )  # fmt: skip
        assert example.error > found.limit * example.bound
        assert "optimizer = Target(parameters" in example.snippet

    def test_what_no_curated_case_shows_is_searched_for(self):
        found = result(formula, AtOneBeta)

        assert found.status is FAIL
        assert found.counterexample.case == "search"
        assert "betas=(0.99, " in found.counterexample.snippet

    def test_what_no_search_shows_is_in_a_curated_case(self):
        found = result(formula, Late)

        assert found.status is FAIL
        assert (found.counterexample.case, found.counterexample.step) == ("hundred-steps", 91)


class TestPrecision:
    def test_passes_in_every_format(self):
        found = results(precision, NaiveAdam, formats=("float64", "float32", "float16"))

        assert [r.id for r in found.values()] == [
            "precision.float64", "precision.float32", "precision.bfloat16", "precision.float16",
        ]  # fmt: skip
        assert [r.status for r in found.values()] == [PASS, PASS, SKIP, PASS]
        assert "were not judged" in found["precision.float16"].message

    def test_fails_in_the_format_whose_rounding_is_lost(self):
        found = results(precision, SingleCorrection, formats=("float64", "float32"))

        assert [r.status for r in found.values()] == [PASS, FAIL, SKIP]
        assert found["precision.float32"].counterexample.case == "long-memory"

    def test_searches_the_formats_in_which_the_formula_was_not(self):
        found = results(precision, AtOneBetaInSingle, formats=("float64", "float32"))

        assert [r.status for r in found.values()] == [PASS, FAIL, SKIP]
        assert found["precision.float32"].counterexample.case == "search"

    def test_skips_what_is_unknown_or_does_not_run(self):
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


class TestStepBound:
    def test_passes_and_the_worst_case_attains_the_bound(self):
        found = result(step_bound, NaiveAdam)

        assert found.status is PASS
        assert "is 1.000000 of its bound" in found.message
        assert "longest-step" in found.message

    def test_fails_where_steps_are_longer(self):
        found = result(step_bound, Twice)

        assert found.status is FAIL
        assert found.measure == pytest.approx(2)

    def test_uses_the_betas_that_the_target_has(self):
        found = result(step_bound, NaiveAdam, betas=(0.5, 0.9))

        assert found.status is PASS
        assert "longest-step(0.5, 0.9)" in found.message

    @pytest.mark.parametrize("matched", [None, ADAM.edited(EDITS["first-moment-unscaled"])])
    def test_skips_what_the_theorem_does_not_hold_for(self, matched):
        assert result(step_bound, NaiveAdam, matched).status is SKIP

    @pytest.mark.parametrize("edit", sorted(ADAM.step_bound.survives))
    def test_edits_that_the_theorem_survives_keep_it(self, specimen, edit):
        assert result(step_bound, specimen(edit), ADAM.edited(EDITS[edit])).status is PASS


class TestInvariants:
    def test_adam_keeps_all(self):
        found = results(invariants, NaiveAdam)

        assert {name: r.status for name, r in found.items()} == {
            f"invariant.{name}": PASS for name in INVARIANTS
        }

    @pytest.mark.parametrize(
        ("cls", "broken"),
        [
            (LargeEps, {"gradient-scale", "unit-step"}),
            (Faulty, {"sign", "unit-step"}),
            (Decays, {"translation", "unit-step"}),
            (ByPlace, {"sign", "permutation", "split", "unit-step"}),
            (BySize, {"sign", "split", "unit-step"}),
            (Twice, {"unit-step"}),
        ],
    )
    def test_each_can_fail(self, cls, broken):
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
    def test_what_does_not_hold_for_the_target_is_skipped(self, specimen, matched, skipped):
        edits = [edit.id for edit in matched.edits] if matched else []
        found = results(invariants, specimen(*edits), matched)

        assert {name.partition(".")[2] for name, r in found.items() if r.status is SKIP} == skipped
        assert {r.status for r in found.values()} <= {PASS, SKIP}

    def test_decay_has_no_translation(self, specimen):
        found = results(invariants, specimen(base="adamw"), ADAMW)

        assert {name for name, r in found.items() if r.status is SKIP} >= {"invariant.translation"}

    def test_a_counter_for_all_parameters_has_no_split(self, specimen):
        edit = EDITS["step-counter-per-parameter"]
        found = results(invariants, specimen(edit.id), ADAM.edited(edit))

        assert found["invariant.split"].status is SKIP
        assert found["invariant.permutation"].status is PASS

    @pytest.mark.parametrize(("cls", "arguments"), [(NaiveAdam, {"eps": 1e-3}), (Positive, {})])
    def test_what_needs_no_eps_is_skipped_where_it_cannot_be_zero(self, cls, arguments):
        found = results(invariants, cls, **arguments)

        assert {name for name, r in found.items() if r.status is SKIP} == {
            "invariant.gradient-scale",
            "invariant.unit-step",
        }


@pytest.mark.parametrize("check", [runs, formula, precision, step_bound, invariants])
def test_rules_are_sentences_with_a_source(check):
    for found in results(check, NaiveAdam).values():
        assert found.title.endswith(".")
        assert found.message.endswith(".")
        assert found.cites
