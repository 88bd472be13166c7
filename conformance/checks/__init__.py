"""The checks, in the order in which they are made."""

from typing import Final

from optimspec.conformance.checks.contract import contract
from optimspec.conformance.checks.evidence import evidence
from optimspec.conformance.checks.formula import formula, repeats, runs
from optimspec.conformance.checks.invariants import invariants
from optimspec.conformance.checks.long_run import long_run
from optimspec.conformance.checks.low_precision import low_precision
from optimspec.conformance.checks.options import options
from optimspec.conformance.checks.precision import precision
from optimspec.conformance.checks.rule import Check, Rule
from optimspec.conformance.checks.step_bound import step_bound

CHECKS: Final[tuple[Check, ...]] = (
    runs,
    repeats,
    formula,
    precision,
    low_precision,
    long_run,
    step_bound,
    invariants,
    options,
    contract,
    evidence,
)

NEED_RUNS: Final[frozenset[Check]] = frozenset(
    {runs, repeats, low_precision, long_run, invariants, options, contract}
)
"""Those that make runs of their own, beside the curated cases."""

__all__ = ["CHECKS", "NEED_RUNS", "Check", "Rule"]
