"""The checks of the formula pass on it, and fail on another with the smallest counterexample."""

from numpy_adams import FaultyAdam, PositiveEpsAdam
from optimspec.conformance.checks.formula import formula, runs
from optimspec.conformance.record import Status
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.reference import error_limit
from optimspec.spec import ALGORITHMS

ADAM = ALGORITHMS["adam"]
PASS, FAIL = Status.PASS, Status.FAIL


class AtOneBeta(FaultyAdam):
    """Errs at a value of beta1 that only the search tries."""

    def errs(self, theta, t):
        return self.betas[0] == 0.99


class Late(FaultyAdam):
    """Errs later than a searched case lasts."""

    def errs(self, theta, t):
        return t > 90


class TestRuns:
    def test_passes_where_every_case_runs(self, result):
        assert result(runs, NaiveAdam).status is PASS

    def test_fails_with_the_first_case_that_does_not(self, result):
        found = result(runs, PositiveEpsAdam)

        assert (found.status, found.measure) == (FAIL, 1)
        assert "the first, eps-zero in float64: ValueError: eps > 0" in found.message


class TestFormula:
    def test_passes_on_the_claimed_formula(self, result):
        found = result(formula, NaiveAdam)

        assert found.status is PASS
        assert found.counterexample is None
        assert 0 < found.measure <= found.limit == error_limit(ADAM)

    def test_fails_on_another_with_the_smallest_counterexample(self, result):
        found = result(formula, FaultyAdam)
        example = found.counterexample

        assert found.status is FAIL
        assert (example.case, example.step, example.parameter, example.element) == (
            "search", 1, 0, 0,
        )  # fmt: skip
        assert example.error > found.limit * example.bound
        assert "optimizer = Target(parameters" in example.snippet

    def test_what_no_curated_case_shows_is_searched_for(self, result):
        found = result(formula, AtOneBeta)

        assert found.status is FAIL
        assert found.counterexample.case == "search"
        assert "'betas': (0.99, " in found.counterexample.snippet

    def test_what_no_search_shows_is_in_a_curated_case(self, result):
        found = result(formula, Late)

        assert found.status is FAIL
        assert (found.counterexample.case, found.counterexample.step) == ("hundred-steps", 91)
