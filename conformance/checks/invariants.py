"""Does the target keep the symmetries that its equations have?

Each symmetry is proved of the equations before it is asked of the target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.rule import UNKNOWN, Rule
from optimspec.conformance.measure import distance, ratios
from optimspec.conformance.reckoned import bounds
from optimspec.conformance.record import CheckResult
from optimspec.reference import FORMATS, Array, Experiment, error_limit
from optimspec.spec import Algorithm
from optimspec.spec.exact import has_unit_steps
from optimspec.spec.symbols import count, index
from optimspec.spec.symmetry import SYMMETRIES, Symmetry, holds

SOURCE: Final = "proved from the equations by SymPy"

FACTORS: Final = {"gradient-scale": 8.0, "sign": -1.0, "translation": 0.5}
"""The c of each symmetry, exact in binary so that the changed inputs are exact too."""

SYMMETRIC: Final = {s.id: Rule(f"invariant.{s.id}", s.statement, SOURCE) for s in SYMMETRIES}
PERMUTATION: Final = Rule(
    "invariant.permutation", "Elements in another order give the same values in that order.", SOURCE
)
SPLIT: Final = Rule(
    "invariant.split", "One parameter or the same elements in several give the same values.", SOURCE
)
UNIT: Final = Rule(
    "invariant.unit-step",
    "With eps = 0, a constant gradient makes every step, the first included, exactly alpha long.",
    "claim constant-gradient-step for Adam; for its edits, their first steps in exact arithmetic",
)
INVARIANTS: Final = (*SYMMETRIC.values(), PERMUTATION, SPLIT, UNIT)
"""Every rule that :func:`invariants` tests."""

NOT_ELEMENTWISE: Final = "Its equations are not elementwise."

MANY: Final = 70_001
"""Elements: more than the 65,536 that fused kernels take at a time, and no multiple of a vector."""

Map = Callable[[Sequence[Array]], Sequence[Array]]


def invariants(bench: Bench) -> Iterator[CheckResult]:
    """Every symmetry that SymPy proves of the equations is kept."""
    for symmetry in SYMMETRIES:
        rule = SYMMETRIC[symmetry.id]
        if bench.matched is None:
            yield rule.skipped(UNKNOWN)
        elif not holds(symmetry, bench.matched):
            yield rule.skipped("SymPy does not prove it of what the target computes.")
        elif symmetry.without_eps and not _without_eps(bench):
            yield rule.skipped("It needs eps = 0, and the target does not let eps be set.")
        else:
            yield _symmetry(bench, bench.matched, symmetry, rule)
    yield from _rearranged(bench)
    yield _unit_step(bench)


def _without_eps(bench: Bench) -> bool:
    return "epsilon" in bench.settable or bench.settings.get("epsilon") == 0


def _base(bench: Bench, **hyper: float) -> Experiment:
    """A run whose start values are multiples of 1/16, so that a shift by c is exact."""
    case = next(c for c in bench.cases(bench.finest) if c.experiment.theta0[0].size > 1)
    experiment = case.experiment
    chosen = {n: v for n, v in hyper.items() if n in bench.settable}
    return replace(
        experiment,
        theta0=tuple(np.rint(x * 16) / 16 for x in experiment.theta0),
        gradients=experiment.gradients[:12],
        hyper={**experiment.hyper, **chosen},
    )


def _symmetry(bench: Bench, algorithm: Algorithm, symmetry: Symmetry, rule: Rule) -> CheckResult:
    c = FACTORS[symmetry.id]
    base = _base(bench, **({"epsilon": 0.0} if symmetry.without_eps else {}))
    changed = replace(
        base,
        theta0=tuple(np.asarray(symmetry.parameter(x, c)) for x in base.theta0),
        gradients=tuple(
            tuple(None if x is None else np.asarray(symmetry.gradient(x, c)) for x in row)
            for row in base.gradients
        ),
    )
    return _related(
        bench, algorithm, rule, base, changed,
        expect=lambda thetas: [np.asarray(symmetry.parameter(x, c)) for x in thetas],
    )  # fmt: skip


def _related(
    bench: Bench,
    algorithm: Algorithm,
    rule: Rule,
    base: Experiment,
    changed: Experiment,
    *,
    expect: Map = list,
    rearrange: Map = list,
) -> CheckResult:
    """Whether the changed run gives the base run's values, mapped, up to both runs' rounding.

    ``expect`` changes values and ``rearrange`` their places; both map all parameters' histories.
    """
    first, second = bench.observe(base), bench.observe(changed)
    if first.failure:
        return rule.skipped(f"The run it starts from failed: {first.failure}")
    if second.failure:
        return rule.measured(np.inf, 1.0, second.failure)
    limit, worst = error_limit(algorithm), 0.0
    expected = rearrange(expect(first.values("theta")))
    noise = rearrange([bound["theta"] for bound in bounds(algorithm, base)])
    for x, y, n, bound in zip(
        expected, second.values("theta"), noise, bounds(algorithm, changed), strict=True
    ):
        worst = max(worst, _share(distance(x, y), limit * (n + bound["theta"])))
    steps = len(base.gradients)
    message = f"Two runs of {steps} steps differ by {worst:.2g} of what rounding allows."
    return rule.measured(worst, 1.0, message)


def _share(difference: Array, allowed: Array) -> float:
    """The largest difference as a share of what is allowed."""
    return float(np.max(ratios(difference, allowed), initial=0.0))


def _rearranged(bench: Bench) -> Iterator[CheckResult]:
    algorithm = bench.matched
    if algorithm is None or not algorithm.is_elementwise:
        for rule in (PERMUTATION, SPLIT):
            yield rule.skipped(UNKNOWN if algorithm is None else NOT_ELEMENTWISE)
        return
    base = _large(bench)
    size = base.theta0[0].size
    order = np.random.default_rng(bench.seed).permutation(size)
    yield _related(
        bench, algorithm, PERMUTATION, base, _reshaped(base, lambda x: [x[order]]),
        rearrange=lambda histories: [histories[0][:, order]],
    )  # fmt: skip
    if any({index, count} & e.rhs.free_symbols for e in algorithm.equations):
        yield SPLIT.skipped("It does not hold for what the target computes.")
        return
    cuts = [size // 2, size // 2 + 1]
    yield _related(
        bench, algorithm, SPLIT, base, _reshaped(base, lambda x: np.split(x, cuts)),
        rearrange=lambda histories: np.split(histories[0], cuts, axis=1),
    )  # fmt: skip


def _large(bench: Bench) -> Experiment:
    """A run of a vector that is longer than any block of elements that code treats alike."""
    rng, into = np.random.default_rng(bench.seed), FORMATS[bench.finest]
    theta0, *gradients = (into.round(x) for x in rng.standard_normal((4, MANY)))
    history = tuple((gradient,) for gradient in gradients)
    return Experiment((theta0,), history, bench.settings, bench.finest)


def _reshaped(base: Experiment, change: Callable[[Array], Sequence[Array]]) -> Experiment:
    rows = (change(row[0]) for row in base.gradients if row[0] is not None)
    return replace(
        base, theta0=tuple(change(base.theta0[0])), gradients=tuple(tuple(row) for row in rows)
    )


def _unit_step(bench: Bench) -> CheckResult:
    algorithm = bench.matched
    if algorithm is None:
        return UNIT.skipped(UNKNOWN)
    if not has_unit_steps(algorithm):
        return UNIT.skipped("It does not hold for what the target computes.")
    if not _without_eps(bench):
        return UNIT.skipped("It needs eps = 0, and the target does not let eps be set.")
    base = _base(bench, epsilon=0.0)
    constant = replace(base, gradients=(base.gradients[0],) * 50)
    observed = bench.observe(constant)
    if observed.failure:
        return UNIT.skipped(f"Its run failed: {observed.failure}")
    allowed = bounds(algorithm, constant)[0]["theta"]
    visited = np.concatenate([constant.theta0, observed.values("theta")[0]])
    noise = allowed + np.concatenate([np.zeros_like(allowed[:1]), allowed[:-1]])
    difference = distance(distance(visited[1:], visited[:-1]), np.array(constant.hyper["alpha"]))
    worst = _share(difference, error_limit(algorithm) * noise)
    message = f"50 steps differ from alpha by {worst:.2g} of what rounding allows."
    return UNIT.measured(worst, 1.0, message)
