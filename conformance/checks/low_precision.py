"""What does the target lose in formats of few bits, and does the format make it?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.phenomena import PHENOMENA, Phenomenon
from optimspec.conformance.checks.precision import known_state
from optimspec.conformance.checks.rule import UNKNOWN, Rule
from optimspec.conformance.checks.symptoms import Symptom, departures, reference, symptoms
from optimspec.conformance.observe import Observation
from optimspec.conformance.record import CheckResult, Status
from optimspec.conformance.regimes import Regime
from optimspec.reference import BFLOAT16, FLOAT32, FORMATS, Experiment, error_limit
from optimspec.spec import Algorithm
from optimspec.spec.symbols import t

FAMILY: Final = "low-precision"


def phenomena() -> list[Rule]:
    """Every phenomenon that is looked for, worded for bfloat16, which knows them all."""
    regimes = [(p.regime(BFLOAT16), p.cites) for p in PHENOMENA]
    return [Rule(f"{FAMILY}.{r.id}", _title(r, "the format"), cites) for r, cites in regimes if r]


def low_precision(bench: Bench) -> Iterator[CheckResult]:
    """In formats of few bits, nothing is lost but what the format makes every evaluation lose."""
    narrow = [f for f in bench.formats if FORMATS[f].precision < FLOAT32.precision]
    algorithm = bench.matched
    if algorithm is None:
        for name in narrow:
            title = f"With {name} parameters, only what the format cannot hold is lost."
            yield Rule(f"{FAMILY}.{name}", title, "docs/error-bounds.md").skipped(UNKNOWN)
        return
    variables = ("theta", *known_state(bench, algorithm)) if narrow else ()
    for name in narrow:
        for phenomenon in PHENOMENA:
            regime = phenomenon.regime(FORMATS[name])
            if regime is not None and _concerns(bench, algorithm, phenomenon):
                yield _result(bench, algorithm, name, phenomenon, regime, variables)


def _concerns(bench: Bench, algorithm: Algorithm, phenomenon: Phenomenon) -> bool:
    """Whether the target has what it takes."""
    counts = any(t in e.rhs.free_symbols for e in algorithm.equations)
    return phenomenon.needs <= bench.settable and (counts or not phenomenon.of_the_counter)


def _result(
    bench: Bench,
    algorithm: Algorithm,
    format: str,  # noqa: A002
    phenomenon: Phenomenon,
    regime: Regime,
    variables: Sequence[str],
) -> CheckResult:
    rule = Rule(f"{FAMILY}.{regime.id}.{format}", _title(regime, format), phenomenon.cites)
    limit, case = error_limit(algorithm), _case(bench, format, regime)
    observed = bench.observe(case.experiment)
    if observed.failure:
        return _broken_off(bench, case, rule)
    found = _found(algorithm, observed, phenomenon, variables)
    worst = max(found, key=lambda symptom: symptom.k, default=None)
    if worst is None or worst.k <= limit:
        due = _due(algorithm, observed, phenomenon, variables)
        said = _limits(observed, found, due, regime.hyper)
        return rule.measured(worst.k if worst else 0, limit, said)
    comparison = bench.compare(algorithm, case, worst.variable)
    message = f"{worst}, which {format} does not account for: {comparison.first}."
    example = bench.counterexample(case.id, case.experiment, comparison)
    return rule.measured(worst.k, limit, message, example)


def _title(regime: Regime, format: str) -> str:  # noqa: A002
    return f"With {regime.purpose}, nothing is lost but what {format} makes every evaluation lose."


def _broken_off(bench: Bench, case: Case, rule: Rule) -> CheckResult:
    """A run that raises: a defect, unless the target runs on nothing in the format."""
    failure = bench.observe(case.experiment).failure
    others = bench.cases(case.experiment.format)
    if all(bench.observe(other.experiment).failure for other in others):
        return rule.skipped(f"It does not run: {failure}")
    example = bench.failed_example(case.id, case.experiment)
    said = f"It breaks off at step {example.step}: {failure}"
    return rule.result(Status.FAIL, said, counterexample=example)


def _case(bench: Bench, format: str, regime: Regime) -> Case:  # noqa: A002
    """The inputs; every parameter starts at ``regime.start`` itself."""
    case = bench.build(regime, format)
    starts = tuple(np.full(x.shape, regime.start) for x in case.experiment.theta0)
    return replace(case, experiment=replace(case.experiment, theta0=starts))


def _found(
    algorithm: Algorithm, observed: Observation, phenomenon: Phenomenon, variables: Sequence[str]
) -> list[Symptom]:
    """The symptoms of a run."""
    if phenomenon.of_the_counter:
        return list(departures(algorithm, observed, error_limit(algorithm)))
    shown = filter(observed.shows, variables)
    return [symptom for name in shown for symptom in symptoms(algorithm, observed, name)]


def _due(
    algorithm: Algorithm, observed: Observation, phenomenon: Phenomenon, variables: Sequence[str]
) -> list[Symptom]:
    """The symptoms that rounding each operation once has: none if they are departures."""
    if phenomenon.of_the_counter:
        return []
    return _found(algorithm, reference(algorithm, observed), phenomenon, variables)


def _limits(
    observed: Observation,
    found: Sequence[Symptom],
    due: Sequence[Symptom],
    telling: Collection[str],
) -> str:
    """What the format does to a run, beside what is ``due`` where each operation is rounded once.

    ``telling`` are the hyperparameters that matter.
    """
    format = observed.experiment.format  # noqa: A001
    once = f"an evaluation that rounds each operation to {format}"
    if not found:
        said = f"Nothing is lost in {len(observed.thetas)} steps"
        return said + (f", while in {once} {_listed(due)}." if due else ".")
    also = {(s.variable, s.what) for s in found} <= {(s.variable, s.what) for s in due}
    beside = f"as in {once}" if also else f"within the bound, though not in {once}"
    lost = _scalars(observed.experiment, telling)
    return f"A limit of {format}{lost}: {_listed(found)}; {beside}."


def _listed(found: Sequence[Symptom]) -> str:
    return ", ".join(map(str, found))


def _scalars(experiment: Experiment, names: Collection[str]) -> str:
    """The hyperparameters of those names that the format has as 0 or 1 and that are neither."""
    values = {name: value for name, value in experiment.hyper.items() if name in names}
    rounded = {n: float(experiment.arithmetic.round(np.array(v))) for n, v in values.items()}
    lost = [n for n, value in values.items() if rounded[n] in (0, 1) and rounded[n] != value]
    said = " and ".join(f"{n} = {values[n]:g} is {rounded[n]:g}" for n in lost)
    return f", in which {said}" if said else ""
