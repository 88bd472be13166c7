"""Searching for inputs on which a target departs, with Hypothesis, which shrinks what it finds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from sympy import Rational

from optimspec.reference import FORMATS, Array, Experiment
from optimspec.spec import Algorithm, Hyperparameter
from optimspec.spec.catalogue import HYPERPARAMETERS, admits

MOST_STEPS: Final = 6
MOST_ELEMENTS: Final = 3


def _choices(hyperparameter: Hyperparameter) -> st.SearchStrategy[float]:
    """What a search tries for it; the first value is where it shrinks to."""
    listed = st.sampled_from([float(Rational(value)) for value in hyperparameter.tried])
    least = 0 if hyperparameter.may_vanish else 1
    shares = st.integers(least, 9999).map(lambda x: x / 10000)
    return listed | shares if hyperparameter.is_share else listed


_CHOICES: Final[Mapping[str, st.SearchStrategy[float]]] = {
    name: _choices(h) for name, h in HYPERPARAMETERS.items() if h.tried
}


def experiments(
    defaults: Mapping[str, float],
    settable: frozenset[str],
    format: str,  # noqa: A002
    *,
    claimed: Algorithm,
) -> st.SearchStrategy[Experiment]:
    """Small experiments in one format that ``claimed`` is defined for."""
    into = FORMATS[format]
    values = (
        st.integers(-4, 4).map(float)
        | st.floats(-min(1e6, into.largest), min(1e6, into.largest))
        | st.builds(lambda x, e: x * 10.0**e, st.floats(-2, 2), st.integers(-12, 3))
    )

    @st.composite
    def draw_experiment(draw: st.DrawFn) -> Experiment:
        hyper = {
            n: draw(_CHOICES[n].filter(partial(admits, claimed, n)))
            if n in settable & _CHOICES.keys()
            else v
            for n, v in defaults.items()
        }
        elements, parameters = draw(st.integers(1, MOST_ELEMENTS)), draw(st.integers(1, 2))
        shape = (draw(st.integers(1, 2)), elements) if claimed.needs_matrices else (elements,)
        size = math.prod(shape)
        tensors = st.lists(values, min_size=size, max_size=size).map(
            lambda x: into.round(np.array(x)).reshape(shape)
        )
        row = st.tuples(*[tensors] * parameters)
        steps = draw(st.lists(row, min_size=1, max_size=MOST_STEPS))
        return Experiment(draw(row), tuple(steps), hyper, format)

    return draw_experiment()


def single_out(
    experiment: Experiment, parameter: int, element: int | None, steps: int
) -> Experiment:
    """The experiment on one element alone, or one parameter, for the first ``steps`` steps."""

    def only(row: tuple[Array | None, ...]) -> tuple[Array | None, ...]:
        tensor = row[parameter]
        if tensor is None or element is None:
            return (tensor,)
        return (tensor.ravel()[element : element + 1],)

    (theta0,) = only(experiment.theta0)
    assert theta0 is not None
    gradients = tuple(only(row) for row in experiment.gradients[:steps])
    changes = {step: new for step, new in experiment.changes.items() if step <= steps}
    return Experiment((theta0,), gradients, experiment.hyper, experiment.format, changes)


def falsify(
    strategy: st.SearchStrategy[Experiment],
    departs: Callable[[Experiment], bool],
    *,
    examples: int,
    seed: int,
) -> tuple[Experiment | None, int]:
    """The smallest experiment found that ``departs``, if any, and how many were tried."""
    found: list[Experiment] = []
    tried = 0

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(strategy)
    def search(experiment: Experiment) -> None:
        nonlocal tried
        tried += 1
        if departs(experiment):
            found.append(experiment)
            raise _DepartsError

    try:
        search()
    except _DepartsError:
        return found[-1], tried
    return None, tried


class _DepartsError(Exception):
    """The target departs on these inputs."""
