"""How well does the target round, in every format?"""

from __future__ import annotations

from collections.abc import Iterator

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.formula import search
from optimspec.conformance.checks.rule import BOUND, UNKNOWN, Rule
from optimspec.conformance.measure import Comparison
from optimspec.conformance.record import CheckResult
from optimspec.reference import FORMATS, error_limit
from optimspec.spec import Algorithm


def precision(bench: Bench) -> Iterator[CheckResult]:
    """The error constant k of parameters and known state is within the derived limit."""
    taken = bench.target.capabilities.formats
    for name in FORMATS:
        rule = Rule(
            f"precision.{name}",
            f"With {name} parameters, every error is at most k bounds E, k being the number of "
            f"roundings of the longest equation.",
            BOUND,
        )
        if name not in bench.formats:
            if name not in taken:
                what = (
                    "There are no answers"
                    if bench.is_recorded
                    else "The target takes no parameters"
                )
                yield rule.skipped(f"{what} in {name}.")
            continue
        if bench.matched is None:
            yield rule.skipped(UNKNOWN)
            continue
        yield _of_format(bench, bench.matched, name, rule)


def _of_format(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
    rule: Rule,
) -> CheckResult:
    limit = error_limit(algorithm)
    measured = list(_measured(bench, algorithm, format))
    if not measured:
        return rule.skipped(f"No case ran in {format}.")
    case, comparison = max(measured, key=lambda pair: pair[1].k)
    undecided = sum(c.undecided for _, c in measured)
    decided = sum(c.decided for _, c in measured)
    at = comparison.worst
    message = f"k = {comparison.k:.2g} over {decided} values"
    if at is not None:
        message += f", worst in {at.variable} at step {at.step} of case {case}"
    if undecided:
        message += f"; {undecided} values lie beyond what {format} can tell and were not judged"
    if not decided:
        return rule.skipped(f"All {undecided} values lie beyond what {format} can tell.")
    if comparison.k > limit:
        thetas = [c for _, c in measured if c.worst and c.worst.variable == "theta"]
        if 2 * sum(c.strayed for c in thetas) > sum(c.telling for c in thetas):
            bench.astray.append(format)
        found = next(c for c in bench.cases(format) if c.id == case)
        example = bench.counterexample(case, found.experiment, comparison)
        return rule.measured(comparison.k, limit, f"{message}. {at}.", example)
    if format == bench.finest and algorithm == bench.claimed:  # the check formula searches there
        return rule.measured(comparison.k, limit, f"{message}.")
    found_k, searched, example = search(bench, algorithm, format)
    return rule.measured(max(comparison.k, found_k), limit, f"{message}; {searched}.", example)


def _measured(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
) -> Iterator[tuple[str, Comparison]]:
    """Every curated case's parameters, and the state that holds what the equations say."""
    variables = ("theta", *known_state(bench, algorithm))
    for case in bench.cases(format):
        if not bench.observe(case.experiment).failure:
            for variable in variables:
                if bench.observe(case.experiment).shows(variable):
                    yield case.id, bench.compare(algorithm, case, variable)


def known_state(bench: Bench, algorithm: Algorithm) -> tuple[str, ...]:
    """The state variables the target shows under a known name and keeps as the equations do.

    A state kept in another form, such as a moment already corrected, is nobody's mistake: only
    the parameters are promised. It is measured where, in the finest format, it is the paper's.
    """
    limit = error_limit(algorithm)
    known = []
    for variable in (s.variable.name for s in algorithm.state):
        shown = [
            c for c in bench.cases(bench.finest) if bench.observe(c.experiment).shows(variable)
        ]
        if shown and all(bench.compare(algorithm, c, variable).k <= limit for c in shown):
            known.append(variable)
    return tuple(known)
