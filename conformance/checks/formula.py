"""Does the target run, and does it compute the claimed equations?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.rule import Rule
from optimspec.conformance.measure import Comparison, compare
from optimspec.conformance.record import CheckResult, Counterexample, Status
from optimspec.conformance.search import falsify, single_out
from optimspec.reference import Experiment, TruthUndecided, error_limit
from optimspec.spec import ALGORITHMS, Algorithm

EXAMPLES: Final = 60
"""Random experiments tried per format, beside the curated cases."""

SEARCH: Final = "search"
"""The case that counterexamples are of which no curated case shows."""

RUNS: Final = Rule(
    "runs",
    "Every setting within the hyperparameters' domain is accepted and every case runs to its end.",
    "the domains of the hyperparameters in the specification",
)

REPEATS: Final = Rule("repeats", "Equal inputs give equal results, bit for bit.", "any equation")


def runs(bench: Bench) -> Iterator[CheckResult]:
    """Every curated case in every format runs to its end."""
    failed = [
        (case.id, name, failure)
        for name in bench.formats
        for case in bench.cases(name)
        if (failure := bench.observe(case.experiment).failure)
    ]
    total = sum(len(bench.cases(name)) for name in bench.formats)
    if failed:
        case, name, failure = failed[0]
        message = f"{len(failed)} of {total} cases failed; the first, {case} in {name}: {failure}"
        yield RUNS.result(Status.FAIL, message, len(failed), 0)
        return
    found, tried = falsify(
        bench.random(bench.finest),
        lambda experiment: bool(bench.observe(experiment).failure),
        examples=EXAMPLES,
        seed=bench.seed,
    )
    if found is None:
        yield RUNS.result(Status.PASS, f"All {total} cases and {tried} searched ones ran.", 0, 0)
        return
    failure = bench.observe(found).failure
    example = bench.failed_example(SEARCH, found)
    yield RUNS.result(Status.FAIL, f"A searched case failed: {failure}", 1, 0, example)


def repeats(bench: Bench) -> Iterator[CheckResult]:
    """A run of the same inputs gives the same result."""
    if bench.repeats:
        yield REPEATS.result(Status.PASS, "A second run gave the same.")
    else:
        yield REPEATS.result(Status.FAIL, "A second run of equal inputs gave other values.")


def formula(bench: Bench) -> Iterator[CheckResult]:
    """The trajectories lie within the error bound of the claimed equations' truth."""
    claimed, limit = bench.claimed, error_limit(bench.claimed)
    rule = Rule(
        "formula",
        f"Trajectories in {bench.finest} are those of the equations of {claimed.title}."
        if bench.is_claimed or bench.matched
        else "Trajectories are those of an algorithm that is known.",
        str(claimed.source) if bench.is_claimed or bench.matched else "the catalogue",
    )
    if bench.matched is None and not bench.is_claimed:
        names = ", ".join(ALGORITHMS)
        yield rule.result(Status.FAIL, f"No form of {names} gives its trajectories.")
        return
    worst, where = 0.0, ""
    for case, comparison in bench.comparisons(claimed, bench.finest):
        if comparison.k > worst:
            worst, where = comparison.k, case.id
    k, searched, example = search(bench, claimed, bench.finest)
    if worst <= limit:
        message = f"k = {worst:.2g}, worst in case {where}; {searched}."
        yield rule.measured(max(worst, k), limit, message, example)
        return
    example = example or curated_example(bench, claimed, bench.finest)
    message = f"In case {where} the error is {worst:.3g} times the bound."
    if example is not None:
        is_searched = example.case == SEARCH
        which = "Smallest counterexample" if is_searched else f"First departure, in {example.case}"
        message += (
            f" {which}: {example.variable} at step {example.step} is "
            f"{example.got:.17g}, and the equations give {example.expected:.17g}."
        )
    yield rule.measured(worst, limit, message, example)


def search(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
) -> tuple[float, str, Counterexample | None]:
    """Search for the smallest experiment on which the target departs from ``algorithm``.

    Returns
    -------
    tuple
        Its k, or 0; what came of the search in words; and the counterexample. Experiments that
        the target does not survive are left to the check ``runs``.
    """
    if bench.is_recorded:
        return 0.0, "no other inputs could be searched", None
    limit = error_limit(algorithm)

    def measured(experiment: Experiment) -> Comparison:
        return compare(algorithm, bench.observe(experiment), limit)

    def departs(experiment: Experiment) -> bool:
        try:
            return not bench.observe(experiment).failure and measured(experiment).k > limit
        except TruthUndecided:  # of equations that are discontinuous there: nothing is shown
            return False

    found, tried = falsify(bench.random(format), departs, examples=EXAMPLES, seed=bench.seed)
    if found is None:
        return 0.0, f"{tried} searched cases agree", None
    at = measured(found).first
    if at is not None:
        alone = single_out(
            found, at.parameter, at.element if algorithm.is_elementwise else None, at.step
        )
        found = alone if departs(alone) else found
    comparison = measured(found)
    example = bench.counterexample(SEARCH, found, comparison)
    return comparison.k, f"a searched case departs: {comparison.first}", example


def curated_example(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
) -> Counterexample | None:
    """The first curated case on which the target departs, where a search found nothing."""
    for case, comparison in bench.comparisons(algorithm, format):
        if comparison.first is not None:
            return bench.counterexample(case.id, case.experiment, comparison)
    return None
