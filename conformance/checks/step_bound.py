"""Is every step as short as the theorem says?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import mpmath
import numpy as np
import sympy

from optimspec.conformance.bench import Bench
from optimspec.conformance.cases import Case
from optimspec.conformance.checks.rule import UNKNOWN, Rule
from optimspec.conformance.measure import bounds, distance
from optimspec.conformance.record import CheckResult
from optimspec.reference import FORMATS, Array, Experiment, error_limit
from optimspec.spec import Algorithm, StepBound
from optimspec.spec.symbols import beta1, beta2, index, t

RULE: Final = Rule(
    "step-bound",
    "No step is longer than alpha B_t, the bound of the Cauchy-Schwarz inequality.",
    "claim step-bound, proved from the equations; it replaces section 2.1 of arXiv:1412.6980v9",
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
    cases = [*bench.cases(bench.finest), *_worst_cases(bench, theorem)]
    measured = [
        (*_largest_share(bench, algorithm, theorem, case), case.id)
        for case in cases
        if _constant_betas(case.experiment) and not bench.observe(case.experiment).failure
    ]
    share, length, step, name = max(measured)
    message = (
        f"The longest step is {share:.6f} of its bound: {length:.4g} alpha at step {step} of case "
        f"{name}."
    )
    yield RULE.measured(share, 1.0, message)


def _constant_betas(experiment: Experiment) -> bool:
    """Whether the theorem's premise holds: decay rates that stay what they are."""
    changed = {name for settings in experiment.changes.values() for name in settings}
    return not changed & {"beta1", "beta2"}


def _worst_cases(bench: Bench, theorem: StepBound) -> Iterator[Case]:
    """The gradients that attain the bound, in the settings the target allows."""
    gradient = sympy.lambdify((beta1, beta2, t, index), theorem.attained_by, "math")
    pairs: Sequence[tuple[float, float]] = WORST_BETAS
    if not {"beta1", "beta2"} <= bench.settable:
        pairs = ((bench.settings["beta1"], bench.settings["beta2"]),)
    wanted = {"alpha": 1.0, "epsilon": 0.0}
    into = FORMATS[bench.finest]
    for b1, b2 in pairs:
        history = [
            (into.round(np.array([gradient(b1, b2, WORST_STEPS, i)])),)
            for i in range(1, WORST_STEPS + 1)
        ]
        chosen = {n: v for n, v in wanted.items() if n in bench.settable}
        hyper = {**bench.settings, **chosen, "beta1": b1, "beta2": b2}
        experiment = Experiment((np.zeros(1),), tuple(history), hyper, bench.finest)
        yield Case(f"longest-step({b1}, {b2})", "gradients that attain the bound", experiment)


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
        value = _compiled(theorem.bound)(settings["beta1"], settings["beta2"], step)
    except ZeroDivisionError:
        return math.nan
    return float(value) if mpmath.isfinite(value) else math.nan


@lru_cache(maxsize=8)
def _compiled(expression: sympy.Expr) -> Callable[[float, float, int], mpmath.mpf]:
    return sympy.lambdify((beta1, beta2, t), expression, "mpmath")  # type: ignore[no-any-return]
