"""Soaking a target in random cases: does the suite ever raise an alarm without a cause?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimspec.conformance.measure import compare
from optimspec.conformance.observe import observe
from optimspec.conformance.protocol import Target
from optimspec.reference import FORMATS, Array, Experiment, Format, as_matrix, error_limit
from optimspec.spec import Algorithm, Hyperparameter

MOST_STEPS: Final = 8
MOST_ELEMENTS: Final = 4


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of some random cases.

    Attributes
    ----------
    cases
        How many were run.
    largest
        The largest error constant k, by format.
    alarms
        The experiments whose k was over the limit, or that the target did not survive.
    """

    cases: int
    largest: Mapping[str, float]
    alarms: tuple[Experiment, ...]

    def __add__(self, other: Soaked) -> Soaked:
        """Both together."""
        names = {**self.largest, **other.largest}
        most = {n: max(self.largest.get(n, 0), other.largest.get(n, 0)) for n in names}
        return Soaked(self.cases + other.cases, most, self.alarms + other.alarms)


def soak(target: Target, algorithm: Algorithm, *, cases: int, seed: int) -> Soaked:
    """Run ``target`` on random cases and compare each with the certified truth.

    Parameters
    ----------
    target
        An implementation known to compute ``algorithm``.
    algorithm
        Its equations, edits included.
    cases
        How many; each has its own format, hyperparameters, start values and gradients.
    seed
        Of the generator.
    """
    rng = np.random.default_rng(seed)
    limit = error_limit(algorithm)
    largest: dict[str, float] = {}
    alarms = []
    for _ in range(cases):
        experiment = random_experiment(rng, target, algorithm)
        observation = observe(target, experiment)
        k = compare(algorithm, observation, limit).k
        largest[experiment.format] = max(k, largest.get(experiment.format, 0.0))
        if k > limit:
            alarms.append(experiment)
    return Soaked(cases, largest, tuple(alarms))


def random_experiment(rng: np.random.Generator, target: Target, algorithm: Algorithm) -> Experiment:
    """A small experiment with everything drawn at random."""
    capabilities = target.capabilities
    into = FORMATS[str(rng.choice(capabilities.formats))]
    hyper = {**algorithm.defaults, **target.hyperparameters}
    for each in sorted(algorithm.hyperparameters, key=lambda h: h.name):
        if each.name in capabilities.settable and each.decades:
            hyper[each.name] = _random_value(rng, each, each.decades)
    scaled = hyper.get("epsilon", 0.0) * np.sqrt(1 - hyper.get("beta2", 0.0))
    if "epsilon" in capabilities.settable and scaled < into.smallest_normal:
        hyper["epsilon"] = 0.0  # some sound forms scale eps so, and the format would lose it
    steps, elements = (int(rng.integers(1, 1 + most)) for most in (MOST_STEPS, MOST_ELEMENTS))
    gradients = into.round(_random_gradients(rng, steps, elements, into))
    theta0 = into.round(rng.standard_normal(elements) * 10.0 ** rng.integers(-2, 3))
    shape = as_matrix((elements,)) if algorithm.needs_matrices else (elements,)
    history = tuple((row.reshape(shape),) for row in gradients)
    return Experiment((theta0.reshape(shape),), history, hyper, into.name)


def _random_value(rng: np.random.Generator, of: Hyperparameter, decades: tuple[int, int]) -> float:
    value = float(10.0 ** rng.uniform(*decades))
    if rng.random() < 0.1 and of.may_vanish:
        return 0.0
    return 1 - value if of.is_share else value


def _random_gradients(rng: np.random.Generator, steps: int, elements: int, into: Format) -> Array:
    gradients = rng.standard_normal((steps, elements)) * 10.0 ** rng.uniform(-6, 4, elements)
    shape = rng.integers(4)
    if shape == 0:
        gradients = np.tile(gradients[0], (steps, 1))
    elif shape == 1:
        gradients = np.where(rng.random((steps, elements)) < 0.5, 0.0, gradients)
    elif shape == 2:
        gradients *= 10.0 ** rng.uniform(-3, 3, (steps, 1))
    return np.clip(gradients, -into.largest, into.largest)
