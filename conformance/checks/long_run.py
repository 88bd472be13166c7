"""Does the target still compute its equations after ten thousand steps?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.precision import known_state
from optimspec.conformance.checks.rule import BOUND, UNKNOWN, Rule
from optimspec.conformance.measure import Comparison
from optimspec.conformance.record import CheckResult, Status
from optimspec.conformance.regimes import Regime
from optimspec.reference import FLOAT32, FORMATS, Array, error_limit
from optimspec.spec import Algorithm


def _gradients(rng: np.random.Generator, steps: int, elements: int) -> Array:
    """One element of ordinary gradients, and others whose gradients are mostly zero."""
    rare = rng.random((steps, elements)) < 0.15
    rare[:, 0] = True
    return np.where(rare, rng.standard_normal((steps, elements)), 0.0)


LONG: Final = Regime(
    "long-run",
    "ten thousand steps without re-synchronisation",
    _gradients,
    steps=10_000,
    elements=2,
    hyper={"alpha": 0.001, "lambda": 0.01},
)


def long_run(bench: Bench) -> Iterator[CheckResult]:
    """Over ten thousand steps no error outgrows the bound; made if asked for, with --long."""
    if not bench.long:
        return
    for name in bench.formats:
        if FORMATS[name].precision >= FLOAT32.precision:
            rule = Rule(
                f"{LONG.id}.{name}",
                f"With {name} parameters, the errors of {LONG.steps} steps without "
                "re-synchronisation are within k bounds E.",
                BOUND,
            )
            yield _of_format(bench, name, rule)


def _of_format(bench: Bench, format: str, rule: Rule) -> CheckResult:  # noqa: A002
    algorithm = bench.matched
    if algorithm is None:
        return rule.skipped(UNKNOWN)
    limit = error_limit(algorithm)
    if any(c.k > limit for _, c in bench.comparisons(algorithm, format)):
        return rule.skipped("Short runs are off by more than the bound already.")
    case = bench.build(LONG, format)
    observed = bench.observe(case.experiment)
    if observed.failure:
        example = bench.failed_example(case.id, case.experiment)
        said = f"It breaks off at step {example.step}: {observed.failure}"
        return rule.result(Status.FAIL, said, counterexample=example)
    return _measured(bench, algorithm, case, rule)


def _measured(bench: Bench, algorithm: Algorithm, case: Case, rule: Rule) -> CheckResult:
    """The largest k, and the last, of the parameters and the state that is the equations'."""
    limit, observed = error_limit(algorithm), bench.observe(case.experiment)
    names = [n for n in ("theta", *known_state(bench, algorithm)) if observed.shows(n)]
    compared = [bench.compare(algorithm, case, name) for name in names]
    worst = max(compared, key=lambda comparison: comparison.k)
    at = worst.worst
    if at is None or not worst.decided:
        return rule.skipped(f"No value is within what {case.experiment.format} can tell.")
    message = (
        f"k = {worst.k:.2g} at most, in {at.variable} at step {at.step}; for the parameters "
        f"{_last(compared[0]):.2g} at the end, after {LONG.steps} steps"
    )
    if worst.k <= limit:
        return rule.measured(worst.k, limit, f"{message}.")
    example = bench.counterexample(case.id, case.experiment, worst)
    return rule.measured(worst.k, limit, f"{message}. {worst.first}.", example)


def _last(comparison: Comparison) -> float:
    """The error after the last step, in units of the bound there."""
    error, bound = comparison.error[-1], comparison.bound[-1]
    return error / bound if error else 0.0
