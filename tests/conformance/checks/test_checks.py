"""What every check owes to those who read its results."""

import pytest

from optimspec.conformance.checks.formula import formula, runs
from optimspec.conformance.checks.invariants import invariants
from optimspec.conformance.checks.precision import precision
from optimspec.conformance.checks.step_bound import step_bound
from optimspec.impls.naive_numpy import NaiveAdam


@pytest.mark.parametrize("check", [runs, formula, precision, step_bound, invariants])
def test_rules_are_sentences_with_a_source(results, check):
    for found in results(check, NaiveAdam).values():
        assert found.title.endswith(".")
        assert found.message.endswith(".")
        assert found.cites
