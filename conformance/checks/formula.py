"""Does the target run, and does it compute the claimed equations?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.rule import Rule
from optimspec.conformance.measure import Comparison, compare
from optimspec.conformance.record import CheckResult, Counterexample, Status
from optimspec.conformance.search import experiments, falsify, single_out
from optimspec.reference import Experiment, error_limit
from optimspec.spec import Algorithm

EXAMPLES: Final = 60
"""Random experiments tried per format, beside the curated cases."""

RUNS: Final = Rule(
    "runs",
    "Every setting within the hyperparameters' domain is accepted and every case runs to its end.",
    "the domains of the hyperparameters in the specification",
)


def runs(bench: Bench) -> Iterator[CheckResult]:
    """Every curated case in every format runs to its end."""
    failed = [
        (case.id, name, failure)
        for name in bench.formats
        for case in bench.cases(name)
        if (failure := bench.observe(case.experiment).failure)
    ]
    total = sum(len(bench.cases(name)) for name in bench.formats)
    if not failed:
        yield RUNS.result(Status.PASS, f"All {total} cases ran.", 0, 0)
        return
    case, name, failure = failed[0]
    message = f"{len(failed)} of {total} cases failed; the first, {case} in {name}: {failure}"
    yield RUNS.result(Status.FAIL, message, len(failed), 0)


def formula(bench: Bench) -> Iterator[CheckResult]:
    """The trajectories lie within the error bound of the claimed equations' truth."""
    claimed, limit = bench.claimed, error_limit(bench.claimed)
    rule = Rule(
        "formula",
        f"Trajectories in {bench.finest} are those of the equations of {claimed.title}.",
        str(claimed.source),
    )
    worst, where = 0.0, ""
    for case, comparison in bench.comparisons(claimed, bench.finest):
        if comparison.k > worst:
            worst, where = comparison.k, case.id
    if worst <= limit:
        found = search(bench, claimed, bench.finest)
        if found is not None:
            message = f"k = {found[1].k:.3g} on a searched case: {found[1].first}"
            yield rule.measured(found[1].k, limit, message, found[0])
            return
        message = f"k = {worst:.2g}, worst in case {where}; {EXAMPLES} searched cases agree."
        yield rule.measured(worst, limit, message)
        return
    example = search(bench, claimed, bench.finest) or curated_example(bench, claimed, bench.finest)
    message = f"In case {where} the error is {worst:.3g} times the bound."
    if example is not None:
        message += f" Smallest counterexample: {example[1].first}."
    yield rule.measured(worst, limit, message, example[0] if example else None)


def search(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
) -> tuple[Counterexample | None, Comparison] | None:
    """The smallest experiment found on which the target departs from ``algorithm``."""
    limit = error_limit(algorithm)

    def measured(experiment: Experiment) -> Comparison:
        return compare(algorithm, bench.observe(experiment), limit)

    def departs(experiment: Experiment) -> bool:
        return not bench.observe(experiment).failure and measured(experiment).k > limit

    found = falsify(
        experiments(bench.settings, bench.settable, format),
        departs,
        examples=EXAMPLES,
        seed=bench.seed,
    )
    if found is None:
        return None
    at = measured(found).first
    if at is not None:
        alone = single_out(found, at.parameter, at.element, at.step)
        found = alone if departs(alone) else found
    comparison = measured(found)
    return bench.counterexample("search", found, comparison), comparison


def curated_example(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
) -> tuple[Counterexample | None, Comparison] | None:
    """The first curated case on which the target departs, where a search found nothing."""
    for case, comparison in bench.comparisons(algorithm, format):
        if comparison.first is not None:
            return bench.counterexample(case.id, case.experiment, comparison), comparison
    return None
