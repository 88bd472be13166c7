"""Ground truth: what the equations give, certified.

A trajectory is evaluated at two precisions that must agree: in balls, which enclose the truth, and
in mpmath with twice as many bits. Precision is doubled until the enclosure is far narrower than a
rounding in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import flint
import mpmath
import numpy as np

from optimspec.reference.exact import Ball, Multiprecision, Objects
from optimspec.reference.experiment import Inputs
from optimspec.reference.formats import FLOAT64, Array, Format
from optimspec.reference.trajectory import Trajectory, history, run
from optimspec.spec import Algorithm

FIRST_BITS: Final = 128
"""Precision of the first attempt: the float64 significand twice over, and room to spare."""

LAST_BITS: Final = 8192
"""No attempt goes beyond this precision."""

MARGIN: Final = 2.0**-30
"""The enclosure's radius, as a share of one rounding in float64."""


class TruthUndecided(Exception):  # noqa: N818 - the name says the mistake
    """The evaluations do not agree, or the enclosure does not narrow, at any precision tried."""


@dataclass(frozen=True, slots=True)
class TrueValues:
    """True values of one variable of one parameter, steps along the first axis.

    ``rounded`` is the truth rounded once, straight to the experiment's format. ``high`` is the
    truth rounded to float64, and ``high + low`` the truth to twice that precision.
    """

    rounded: Array
    high: Array
    low: Array

    def error(self, got: Array) -> Array:
        """``|got - truth|`` elementwise, for as many steps as ``got`` has; NaN where undefined."""
        steps = slice(len(got))
        with np.errstate(invalid="ignore"):
            return np.abs((got - self.high[steps]) - self.low[steps])


Truth = list[dict[str, TrueValues]]
"""For each parameter, its true values and its state's by name."""


@lru_cache(maxsize=512)
def truth(algorithm: Algorithm, experiment: Inputs) -> Truth:
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


def _attempt(algorithm: Algorithm, experiment: Inputs, bits: int) -> Truth | None:
    fine = run(algorithm, Multiprecision(2 * bits), experiment)
    with flint.ctx.workprec(bits):
        balls = run(algorithm, Ball(), experiment)
    with flint.ctx.workprec(2 * bits):
        return _certified(algorithm, fine, balls, experiment)


def _certified(
    algorithm: Algorithm,
    fine: Trajectory[Any],
    balls: Trajectory[Any],
    experiment: Inputs,
) -> Truth | None:
    result: Truth = []
    for parameter, theta0 in enumerate(experiment.theta0):
        kept = {}
        shapes = {s.variable.name: s.shape(theta0.shape) for s in algorithm.state}
        for name in fine[0][parameter]:
            numbers, enclosures = (
                np.concatenate([np.ravel(y) for y in history(x, parameter, name)])
                for x in (fine, balls)
            )
            values = _settle(numbers, enclosures, experiment.arithmetic)
            if values is None:
                return None
            kept[name] = TrueValues(
                *(x.reshape(len(fine), *shapes.get(name, theta0.shape)) for x in values)
            )
        result.append(kept)
    return result


def _settle(fine: Objects, balls: Objects, into: Format) -> tuple[Array, Array, Array] | None:
    """The fields of the truth, or None if it is not certain enough."""
    rounded, high, low = (np.full(fine.shape, np.nan) for _ in range(3))
    for at, x in enumerate(fine):
        if not mpmath.isfinite(x):
            if balls[at].is_finite():
                return None
            continue
        high[at] = FLOAT64.nearest(x)
        rounded[at] = high[at] if into is FLOAT64 else into.nearest(x)
        unit = max(FLOAT64.unit_roundoff * abs(high[at]), FLOAT64.underflow)
        if not _distance(balls[at], x) <= MARGIN * unit:
            return None
        low[at] = FLOAT64.nearest(x - high[at]) if np.isfinite(high[at]) else 0.0
    return rounded, high, low


def _distance(ball: flint.arb, x: mpmath.mpf) -> float:
    """The most that the enclosed true value can differ from ``x``."""
    return float(abs(ball - flint.arb(x)).upper())
