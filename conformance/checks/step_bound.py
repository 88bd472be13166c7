"""Is every step as short as the theorem says?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import mpmath
import numpy as np
import sympy

from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.rule import UNKNOWN, Rule
from optimspec.conformance.measure import distance
from optimspec.conformance.reckoned import bounds
from optimspec.conformance.record import CheckResult
from optimspec.reference import FORMATS, Array, Experiment, error_limit
from optimspec.spec import Algorithm, StepBound
from optimspec.spec.symbols import index, t

RULE: Final = Rule(
    "step-bound",
    "No step is longer than alpha B_t, the bound that is proved of its equations.",
    "the claims about the algorithm; Adam's replaces section 2.1 of arXiv:1412.6980v9",
)

WORST_BETAS: Final = ((0.9, 0.999), (0.9, 0.99), (0.5, 0.9))
WORST_STEPS: Final = 40

DIGITS: Final = 6
"""Shares of the bound that agree to so many digits are told apart by the step's length."""


def step_bound(bench: Bench) -> Iterator[CheckResult]:
    """Every observed step is within alpha B_t, up to rounding; the worst case comes close."""
    algorithm = bench.matched
    if algorithm is None:
        yield RULE.skipped(UNKNOWN)
        return
    theorem = algorithm.step_bound
    if theorem is None:
        yield RULE.skipped("The theorem does not hold for what the target computes.")
        return
    worst = () if bench.is_recorded else _worst_cases(bench, theorem)
    cases = [*bench.cases(bench.finest), *worst]
    measured = [
        (*_largest_share(bench, algorithm, theorem, case), case.id)
        for case in cases
        if _constant(case.experiment, theorem) and not bench.observe(case.experiment).failure
    ]
    share, length, step, name = max(measured)
    message = (
        f"The longest step is {share:.6f} of its bound: {length:.4g} alpha at step {step} of case "
        f"{name}."
    )
    yield RULE.measured(share, 1.0, message)


def _constant(experiment: Experiment, theorem: StepBound) -> bool:
    """Whether the theorem's premise holds: decay rates that stay what they are."""
    changed = {name for settings in experiment.changes.values() for name in settings}
    return not changed & {symbol.name for symbol in theorem.bound.free_symbols}


def _worst_cases(bench: Bench, theorem: StepBound) -> Iterator[Case]:
    """The gradients that attain the bound, in the settings the target allows."""
    wanted = {"alpha": 1.0, "epsilon": 0.0}
    chosen = {n: v for n, v in wanted.items() if n in bench.settable}
    into = FORMATS[bench.finest]
    for rates in _rates(bench, theorem):
        hyper = {**bench.settings, **chosen, **rates}
        history = [
            (into.round(np.array([float(_value(theorem.attained_by, hyper, WORST_STEPS, i))])),)
            for i in range(1, WORST_STEPS + 1)
        ]
        experiment = Experiment((np.zeros(1),), tuple(history), hyper, bench.finest)
        name = f"longest-step({', '.join(map(str, rates.values()))})"
        yield Case(name, "gradients that attain the bound", experiment)


def _rates(bench: Bench, theorem: StepBound) -> Iterator[dict[str, float]]:
    """The decay rates to try: the telling ones where they can be set, else the target's own."""
    names = {symbol.name for symbol in theorem.bound.free_symbols} & bench.settings.keys()
    if {"beta1", "beta2"} <= names & bench.settable:
        yield from (dict(zip(("beta1", "beta2"), pair, strict=True)) for pair in WORST_BETAS)
    else:
        yield {name: bench.settings[name] for name in sorted(names)}


def _largest_share(
    bench: Bench, algorithm: Algorithm, theorem: StepBound, case: Case
) -> tuple[float, float, int]:
    """The largest step as a share of its bound, its length in alpha, and when it is made."""
    settings = list(case.experiment.settings())
    alpha = np.array([now["alpha"] for now in settings])
    allowed = np.array([_bound(theorem, now, step) for step, now in enumerate(settings, 1)])
    largest = (0.0, 0.0, 1)
    for length, noise in _steps(bench, algorithm, case.experiment):
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.max(length - noise, axis=1, initial=0.0) / (alpha * allowed)
        share = np.round(np.where(np.isfinite(share), share, 0.0), DIGITS)
        longest = np.max(length, axis=1, initial=0.0) / alpha
        at = int(np.lexsort((longest, share))[-1])
        largest = max(largest, (float(share[at]), float(longest[at]), at + 1))
    return largest


def _steps(
    bench: Bench, algorithm: Algorithm, experiment: Experiment
) -> Iterator[tuple[Array, Array]]:
    """For each parameter the sizes of its steps and the rounding in them, a row for each step."""
    limit = error_limit(algorithm)
    observed = bench.observe(experiment).values("theta")
    noise = bounds(algorithm, experiment)
    for start, values, each in zip(experiment.theta0, observed, noise, strict=True):
        visited = np.concatenate([start[None], values]).reshape(len(values) + 1, -1)
        bound = each["theta"].reshape(len(values), -1)
        before = np.concatenate([np.zeros_like(bound[:1]), bound[:-1]])
        yield distance(visited[1:], visited[:-1]), limit * (bound + before)


def _bound(theorem: StepBound, settings: Mapping[str, float], step: int) -> float:
    """B_t, or NaN where its formula has no value (beta1^2 = beta2, or beta2 = 0)."""
    try:
        value = _value(theorem.bound, settings, step)
    except ZeroDivisionError:
        return math.nan
    return float(value) if mpmath.isfinite(value) else math.nan


def _value(
    expression: sympy.Expr, settings: Mapping[str, float], step: int, at: int = 0
) -> mpmath.mpf:
    """The number that an expression in hyperparameters, ``t`` and ``i`` has."""
    names, compiled = _compiled(expression)
    values = {**settings, t.name: step, index.name: at}
    return compiled(*(values[name] for name in names))


@lru_cache(maxsize=16)
def _compiled(expression: sympy.Expr) -> tuple[tuple[str, ...], Callable[..., mpmath.mpf]]:
    symbols = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
    return tuple(s.name for s in symbols), sympy.lambdify(symbols, expression, "mpmath")
