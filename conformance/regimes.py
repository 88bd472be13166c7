"""The regimes in which optimizers have gone wrong: histories of gradients, and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from sympy import Rational

from optimspec.reference import Array
from optimspec.spec.catalogue import HYPERPARAMETERS

Gradients = Callable[[np.random.Generator, int, int], Array]
"""From a generator, a number of steps and of elements, an array (steps, elements)."""


@dataclass(frozen=True)
class Regime:
    """A kind of gradient history, with the settings that make it telling.

    Parameters
    ----------
    id, purpose
        Its name and what it is for.
    gradients
        The gradients of all steps, before rounding to a format.
    steps, elements
        The size of the run.
    hyper
        Hyperparameters that differ from the usual ones, by spec name.
    changes
        Hyperparameters that change before a step.
    shapes
        The parameters' shapes; by default one vector of all elements.
    start
        Scale of the start values, drawn from a normal distribution.
    narrow
        Whether it tells anything in formats of fewer bits than float32, in which a parameter
        cannot be told from its neighbours after many steps.
    """

    id: str
    purpose: str
    gradients: Gradients
    steps: int = 12
    elements: int = 12
    hyper: Mapping[str, float] = field(default_factory=dict)
    changes: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    shapes: tuple[tuple[int, ...], ...] = ()
    start: float = 1.0
    narrow: bool = True


EXACT: Final = {n: float(Rational(h.exact)) for n, h in HYPERPARAMETERS.items() if h.exact}
CHANGED: Final = [
    (n, float(Rational(h.changed)))
    for n, h in sorted(HYPERPARAMETERS.items())
    if h.changed and n != "alpha"
]


def _normal(rng: np.random.Generator, steps: int, elements: int) -> Array:
    return rng.standard_normal((steps, elements))


def _constant(rng: np.random.Generator, steps: int, elements: int) -> Array:
    return np.tile(rng.standard_normal(elements), (steps, 1))


def _spread(rng: np.random.Generator, steps: int, elements: int) -> Array:
    """Elements of sizes from 1e-3 to 1e3."""
    return _normal(rng, steps, elements) * np.logspace(-3, 3, elements)


def _sparse(rng: np.random.Generator, steps: int, elements: int) -> Array:
    return np.where(rng.random((steps, elements)) < 0.15, _normal(rng, steps, elements), 0.0)


def _decaying(rng: np.random.Generator, steps: int, elements: int) -> Array:
    return _constant(rng, steps, elements) * 0.7 ** np.arange(steps)[:, None]


def _alternating(rng: np.random.Generator, steps: int, elements: int) -> Array:
    return _constant(rng, steps, elements) * (-1.0) ** np.arange(steps)[:, None]


def _scales(rng: np.random.Generator, steps: int, elements: int) -> Array:
    """Elements of sizes from 1e-30 to 1e30, of random signs."""
    return rng.choice([-1.0, 1.0], (steps, elements)) * np.logspace(-30, 30, elements)


def _zeros(rng: np.random.Generator, steps: int, elements: int) -> Array:
    """Half of the elements never get a gradient, the others get one in the last steps."""
    gradients = np.zeros((steps, elements))
    gradients[steps // 2 :, elements // 2 :] = _normal(rng, 1, 1)
    return gradients


REGIMES: Final = (
    Regime("normal", "gradients of ordinary size, default settings", _spread, 30, 24,
           {"alpha": 0.001, "lambda": 0.01}),
    Regime("one-step", "the first step alone", _spread, 1, 24),
    Regime("constant", "the same gradient at every step", _constant, 20),
    Regime("sparse", "gradients that are zero most of the time", _sparse, 40),
    Regime("decaying", "gradients that shrink as training converges", _decaying, 30),
    Regime("alternating", "gradients that change sign at every step, large steps", _alternating, 20,
           hyper={"alpha": 4.0}),
    Regime("scales", "gradients from 1e-30 to 1e30", _scales, 6, 21),
    Regime("zero", "gradients that are exactly zero", _zeros, 10),
    Regime("eps-large", "eps comparable with the gradients", _normal, hyper={"epsilon": 0.5}),
    Regime("eps-default", "gradients comparable with the default eps",
           lambda rng, t, n: _normal(rng, t, n) * np.logspace(-10, -2, n), elements=18),
    Regime("eps-zero", "no eps", _normal, hyper={"epsilon": 0.0}),
    Regime("no-momentum", "beta1 = 0", _normal, hyper={"beta1": 0.0}),
    Regime("no-averaging", "beta2 = 0", _normal, hyper={"beta2": 0.0}),
    Regime("betas-zero", "both betas zero", _normal, 4, hyper={"beta1": 0.0, "beta2": 0.0}),
    Regime("momentum-longer", "beta1^2 > beta2, where steps grow", _normal, 20,
           hyper={"beta1": 0.9, "beta2": 0.5}),
    Regime("betas-equal", "beta1 = beta2", _normal, hyper={"beta1": 0.9, "beta2": 0.9}),
    Regime("exact-scalars", "settings whose scalars are exact in binary", _spread, 8, hyper=EXACT),
    Regime("long-memory", "beta2 close to one", _normal, hyper={"beta2": 0.99999}),
    Regime("large-start", "parameters much larger than the steps", _normal, start=1e3),
    Regime("schedule", "a step size that changes during the run", _normal,
           changes={5: {"alpha": 0.2}, 9: {"alpha": 0.01}}),
    Regime("settings-change", "every other setting changed during the run", _normal, 10,
           changes={4: dict(CHANGED[::2]), 7: dict(CHANGED[1::2])}),
    Regime("many-parameters", "twenty parameters, some of them matrices", _normal, 3,
           shapes=((2,), (4, 5), (1, 3), (17,)) * 5),
    Regime("shapes", "several parameters of odd shapes", _normal, 8,
           shapes=((), (1,), (3,), (2, 3), (5, 1, 2))),
    Regime("hundred-steps", "a hundred steps without re-synchronisation", _normal, 100, 4),
    Regime("thousand-steps", "a thousand steps without re-synchronisation", _normal, 1000, 1,
           {"alpha": 0.001}, narrow=False),
)  # fmt: skip
