"""How far a change to an algorithm's equations carries its trajectory from the algorithm's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from optimspec.conformance.environment import SEED
from optimspec.conformance.explain_record import Curve, Discrepancy
from optimspec.reference import FLOAT64, Array, Float64, lower
from optimspec.spec import Algorithm
from optimspec.spec.symbols import eps

EPSILONS: Final = (1e-8, 1e-6, 1e-4, 1e-2, 1.0)
"""From the usual one to the size of the gradients."""

STEPS: Final = tuple(sorted({round(10 ** (k / 8)) for k in range(25)}))
"""The steps that are looked at: eight a decade, from 1 to 1000."""

SHAPE: Final = (8, 8)
ELEMENTS: Final = 64

_PLACE: Final = (1, 2)
"""The tensor is the second of two, so that a counter shared by all parameters shows."""


def discrepancy(before: Algorithm, after: Algorithm, *, title: str) -> Discrepancy:
    """Run both in float64 from the same start on the same gradients, for each of `EPSILONS`.

    Hyperparameters but epsilon have their defaults; start values and gradients are drawn from
    N(0, 1). Displacements are known to within what storing theta rounds at each step, and a
    difference that is no larger counts as 0. ``title`` names the algorithm.
    """
    rng = np.random.default_rng(SEED)
    theta0 = rng.standard_normal(SHAPE)
    gradients = rng.standard_normal((STEPS[-1], *SHAPE))
    has_eps = any(h.symbol == eps for h in before.hyperparameters)
    epsilons = EPSILONS if has_eps else (None,)
    relative = []
    paths = (_displacements(a, theta0, gradients, epsilons) for a in (before, after))
    with np.errstate(all="ignore"):
        for step, (d, changed) in enumerate(zip(*paths, strict=True), 1):
            if step in STEPS:
                apart = np.linalg.norm(changed - d, axis=-1)
                size = np.abs(theta0).ravel() + np.maximum(np.abs(d), np.abs(changed))
                rounding = 2 * step * FLOAT64.unit_roundoff * np.linalg.norm(size, axis=-1)
                zero = apart <= rounding
                relative.append(np.where(zero, 0.0, apart / np.linalg.norm(d, axis=-1)))
    return Discrepancy(
        algorithm=before.name,
        title=title,
        hyperparameters={n: value for n, value in after.defaults.items() if n != eps.name},
        steps=list(STEPS),
        curves=[
            Curve(epsilon=epsilon, relative=list(curve))
            for epsilon, curve in zip(epsilons, np.transpose(relative).tolist(), strict=True)
        ],
        elements=ELEMENTS,
        seed=SEED,
    )


def _displacements(
    algorithm: Algorithm, theta0: Array, gradients: Array, epsilons: Sequence[float | None]
) -> Iterator[Array]:
    """``theta_t - theta_0`` step by step, a row for each epsilon; all at once if elementwise."""
    together = algorithm.is_elementwise and None not in epsilons
    given = [np.array(epsilons).reshape(-1, 1, 1)] if together else epsilons
    runs = [_moved(algorithm, theta0, gradients, epsilon) for epsilon in given]
    for moved in zip(*runs, strict=True):
        yield np.stack(moved).reshape(len(epsilons), -1)


def _moved(
    algorithm: Algorithm, theta0: Array, gradients: Array, epsilon: Array | float | None
) -> Iterator[Array]:
    program, arithmetic = lower(algorithm), Float64()
    hyper = {name: arithmetic.scalar(value) for name, value in algorithm.defaults.items()}
    if epsilon is not None:
        hyper[eps.name] = np.asarray(epsilon)
    start = np.broadcast_to(
        theta0, np.broadcast_shapes(theta0.shape, np.shape(hyper.get(eps.name, 0.0)))
    )
    kept = program.start(arithmetic, hyper, start, theta0.shape)
    for step, gradient in enumerate(gradients, 1):
        with np.errstate(all="ignore"):
            kept = program.step(
                arithmetic, kept, hyper, gradient, at=(step, *_PLACE), shape=theta0.shape
            )
        yield kept["theta"] - theta0
