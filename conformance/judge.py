"""Judging: from a target to its record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from optimspec.conformance import describe
from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Recorded
from optimspec.conformance.checks import CHECKS, NEED_RUNS, Check, Rule
from optimspec.conformance.device import CPU
from optimspec.conformance.environment import SEED, environment
from optimspec.conformance.identify import Identified, identify
from optimspec.conformance.measure import Comparison
from optimspec.conformance.observe import describe as said
from optimspec.conformance.protocol import FORMATS, Target
from optimspec.conformance.record import CheckResult, Record, Series, Status
from optimspec.conformance.verdict import conclude, settles
from optimspec.reference import error_limit
from optimspec.spec import ALGORITHMS, Algorithm

PLOTTED: Final = "normal"
"""The case whose errors a record keeps step by step."""

Progress = Callable[[str], None]


class NotTestable(Exception):  # noqa: N818 - the name says the mistake
    """The request cannot be met by this target; the message says the rule and the remedy."""


def judge(
    target: Target,
    spec: Algorithm | None = None,
    *,
    formats: Sequence[str] = (),
    seed: int = SEED,
    about: str = "",
    proofs: bool = True,
    checks_settled: bool = True,
    longest: int | None = None,
    long: bool = False,
    progress: Progress = lambda _: None,
) -> Record:
    """Judge ``target`` against ``spec``.

    Parameters
    ----------
    target
        The implementation.
    spec
        The algorithm it should implement. Without one, the target's own claim; without that, it
        is identified among all.
    formats
        Parameter formats to test; by default all that the target takes.
    seed
        Every random input follows from it.
    about
        A sentence on the target for the record.
    proofs
        Whether the record carries the algorithm's claims, which are proved anew for it.
    checks_settled
        Whether the checks are run even where the formula has settled the verdict.
    longest
        The number of steps beyond which a curated case is left out; None for none.
    long
        Whether what takes seconds or more is tried too, such as ten thousand steps.
    progress
        Called with the name of each stage as it begins.

    Raises
    ------
    NotTestable
        If the target takes none of ``formats``.
    """
    began = time.perf_counter()
    claimed = spec or ALGORITHMS.get(target.claim or "")
    bench = Bench(
        target,
        claimed or ALGORITHMS["adam"],
        _formats(target, formats),
        seed,
        is_claimed=claimed is not None,
        longest=longest,
        long=long,
    )
    progress("formula")
    failure = _always_fails(bench)
    identified = None if failure else _identified(bench)
    settled = bool(failure) or (settles(identified) and not checks_settled)
    results = [] if settled else list(_results(bench, progress))
    record = _record(bench, identified, results, failure, about=about, proofs=proofs)
    return record.model_copy(update={"seconds": round(time.perf_counter() - began, 2)})


def _formats(target: Target, wanted: Sequence[str]) -> tuple[str, ...]:
    offered = target.capabilities.formats
    chosen = tuple(f for f in FORMATS if f in offered and (not wanted or f in wanted))
    if not chosen or not set(wanted) <= set(FORMATS):
        raise NotTestable(
            f"A format must be one that the target takes: {target.name} takes "
            f"{', '.join(offered)}, and {', '.join(wanted) or 'none'} was asked for."
        )
    return chosen


def _always_fails(bench: Bench) -> str:
    """What the target raises where no case of several steps runs, or ""."""
    cases = [c for c in bench.cases(bench.finest) if len(c.experiment.gradients) > 1]
    failures = [bench.observe(case.experiment).failure for case in cases]
    return failures[0] if all(failures) else ""


def _identified(bench: Bench) -> Identified | None:
    """What the target computes; the bench is told, for the checks that follow."""
    bases = [bench.claimed] if bench.is_claimed else list(ALGORITHMS.values())
    identified = identify(bench, bases)
    if identified:
        bench.matched, bench.loss = identified.algorithm, identified.loss
        if not bench.is_claimed:
            bench.claimed = ALGORITHMS[identified.algorithm.name]
    return identified


def _results(bench: Bench, progress: Progress) -> Iterator[CheckResult]:
    for check in CHECKS:
        progress(check.__name__.replace("_", " "))
        since = time.perf_counter()
        for result in _guarded(check, bench):
            now = time.perf_counter()
            yield result.model_copy(update={"seconds": round(now - since, 3)})
            since = now


def _guarded(check: Check, bench: Bench) -> Iterator[CheckResult]:
    """A check's results; one that breaks off says so, and the others go on."""
    rule = Rule(check.__name__.replace("_", "-"), (check.__doc__ or "").splitlines()[0], "")
    if bench.is_recorded and check in NEED_RUNS:
        yield rule.skipped("It needs new runs, and there are only those that were recorded.")
        return
    try:
        yield from check(bench)
    except Exception as error:
        yield rule.result(Status.ERROR, f"The check broke off: {said(error)}")


def _record(
    bench: Bench,
    identified: Identified | None,
    results: list[CheckResult],
    failure: str,
    *,
    about: str,
    proofs: bool,
) -> Record:
    unexplained = bench.is_claimed and not identified and not failure
    departures = describe.departures(bench) if unexplained else []
    verdict, summary = conclude(bench, identified, results, departures, failure)
    if isinstance(bench.target, Recorded):
        summary += f" {bench.target.basis}"
    return Record(
        target=bench.target.name,
        about=about,
        spec=bench.claimed.name,
        verdict=verdict,
        summary=summary,
        matched=identified
        and describe.matched(bench.claimed, identified.algorithm, identified.others),
        departures=departures,
        settings=describe.settings(bench.matched or bench.claimed, bench.target.hyperparameters),
        error_constants=_error_constants(results),
        error_limit=error_limit(bench.matched or bench.claimed),
        checks=results,
        series=[] if failure else list(_series(bench)),
        specification=describe.specification(bench.claimed, proofs=proofs),
        environment=environment(bench.seed, getattr(bench.target, "device", CPU)),
    )


def _error_constants(results: Sequence[CheckResult]) -> dict[str, float]:
    return {
        result.id.removeprefix("precision."): result.measure
        for result in results
        if result.id.startswith("precision.") and result.measure is not None
    }


def _series(bench: Bench) -> Iterator[Series]:
    algorithm = bench.matched or bench.claimed
    for name in bench.formats:
        case = bench.case(PLOTTED, name)
        if case is None or bench.observe(case.experiment).failure:
            continue
        comparison: Comparison = bench.compare(algorithm, case)
        yield Series(
            case=case.id,
            format=name,
            variable="theta",
            steps=list(range(1, len(comparison.error) + 1)),
            error=list(comparison.error),
            bound=list(comparison.bound),
        )
