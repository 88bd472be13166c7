"""Ground truth: what the equations give, certified.

A trajectory is evaluated in mpmath at two precisions, which must agree, and in balls, which must
contain both. Precision is doubled until the enclosure is far narrower than the rounding of the
parameters' format.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import flint
import mpmath
import numpy as np

from optimspec.reference.arithmetics import Ball, Multiprecision, Objects
from optimspec.reference.experiment import Experiment
from optimspec.reference.formats import FLOAT64, Array, Format
from optimspec.reference.trajectory import Trajectory, run
from optimspec.spec import Algorithm

FIRST_BITS: Final = 128
"""Precision of the first attempt: the float64 significand twice over, and room to spare."""

LAST_BITS: Final = 8192
"""No attempt goes beyond this precision."""

MARGIN: Final = 2.0**-30
"""The enclosure's radius, as a share of one rounding of the target's format."""


class TruthUndecided(Exception):  # noqa: N818 - the name says the mistake
    """The evaluations do not agree, or the enclosure does not narrow, at any precision tried."""


@dataclass(frozen=True, slots=True)
class True_:  # noqa: N801
    """True values of one variable of one parameter after one step.

    ``high`` is the truth rounded once to the experiment's format and ``high + low`` is the truth
    to about twice that precision.
    """

    high: Array
    low: Array

    def shaped(self, shape: tuple[int, ...]) -> True_:
        """The same values in a tensor of ``shape``."""
        return True_(self.high.reshape(shape), self.low.reshape(shape))

    def error(self, got: Array) -> Array:
        """``|got - truth|`` elementwise; NaN where the truth is not defined."""
        with np.errstate(invalid="ignore"):
            return np.abs((got - self.high) - self.low)


@lru_cache(maxsize=512)
def truth(algorithm: Algorithm, experiment: Experiment) -> Trajectory[True_]:
    """The certified trajectory of ``algorithm`` on ``experiment``.

    Raises
    ------
    TruthUndecided
        If no precision up to :data:`LAST_BITS` decides it.
    """
    bits = FIRST_BITS
    while bits <= LAST_BITS:
        decided = _attempt(algorithm, experiment, bits)
        if decided is not None:
            return decided
        bits *= 2
    raise TruthUndecided(
        f"Two precisions and an enclosure must agree on {algorithm.name}; they do not at "
        f"{LAST_BITS} bits. The equations are discontinuous at these inputs."
    )


def _attempt(algorithm: Algorithm, experiment: Experiment, bits: int) -> Trajectory[True_] | None:
    coarse = run(algorithm, Multiprecision(bits), experiment)
    fine = run(algorithm, Multiprecision(2 * bits), experiment)
    with flint.ctx.workprec(bits):
        balls = run(algorithm, Ball(), experiment)
    with flint.ctx.workprec(2 * bits):
        return _certified(coarse, fine, balls, experiment)


def _certified(
    coarse: Trajectory[Any],
    fine: Trajectory[Any],
    balls: Trajectory[Any],
    experiment: Experiment,
) -> Trajectory[True_] | None:
    result: Trajectory[True_] = []
    for steps in zip(coarse, fine, balls, strict=True):
        row = []
        for theta0, first, second, ball in zip(experiment.theta0, *steps, strict=True):
            kept = {}
            for name in second:
                value = _settle(first[name], second[name], ball[name], experiment.arithmetic)
                if value is None:
                    return None
                kept[name] = value.shaped(theta0.shape)
            row.append(kept)
        result.append(row)
    return result


def _settle(coarse: Objects, fine: Objects, balls: Objects, into: Format) -> True_ | None:
    """The truth of one tensor, or None if it is not certain enough."""
    high = np.empty(fine.shape)
    low = np.empty(fine.shape)
    for at, x in enumerate(fine):
        if not mpmath.isfinite(x):
            high[at], low[at] = np.nan, np.nan
            continue
        radius = _distance(balls[at], x)
        high[at] = into.nearest(x)
        rounding = max(into.unit_roundoff * abs(high[at]), into.underflow)
        if not max(radius, abs(float(coarse[at] - x))) <= MARGIN * rounding:
            return None
        low[at] = FLOAT64.nearest(x - high[at]) if np.isfinite(high[at]) else 0.0
    return True_(high, low)


def _distance(ball: flint.arb, x: mpmath.mpf) -> float:
    """The most that the enclosed true value can differ from ``x``."""
    return float(abs(ball - flint.arb(x)).upper())
