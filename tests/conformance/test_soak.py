"""Random cases: no alarm without a cause, and an alarm where there is one."""

import numpy as np
import pytest

from optimspec.conformance.load import load
from optimspec.conformance.soak import random_experiment, soak
from optimspec.reference import FORMATS, error_limit

RIGHT = [
    "optimspec.impls.naive_numpy:NaiveAdam",
    "optimspec.impls.correct_but_unusual:LerpAdam",
    "optimspec.impls.correct_but_unusual:FoldedAdam",
]


@pytest.mark.parametrize("reference", RIGHT)
def test_right_implementations_raise_no_alarm(adam, reference):
    soaked = soak(load(reference), adam, cases=200, seed=0)

    assert soaked.cases == 200
    assert soaked.alarms == ()
    assert 0 < max(soaked.largest.values()) <= error_limit(adam)


@pytest.mark.parametrize("edit", ["eps-hat", "step-starts-at-two", "betas-swapped"])
def test_wrong_ones_raise_alarms(specimen, adam, edit):
    soaked = soak(specimen(edit), adam, cases=30, seed=0)

    assert soaked.alarms
    assert max(soaked.largest.values()) > error_limit(adam)


def test_results_add_up(specimen, adam):
    first, second = (soak(specimen("eps-hat"), adam, cases=10, seed=seed) for seed in (0, 1))
    both = first + second

    assert both.cases == 20
    assert both.alarms == first.alarms + second.alarms
    assert both.largest.keys() == first.largest.keys() | second.largest.keys()
    assert max(both.largest.values()) == max(*first.largest.values(), *second.largest.values())


def test_a_soaking_follows_from_its_seed(specimen, adam):
    def drawn(seed):
        rng = np.random.default_rng(seed)
        return [random_experiment(rng, specimen(), adam).key for _ in range(5)]

    assert drawn(1) == drawn(1) != drawn(2)


def test_inputs_are_exact_in_their_format(specimen, adam):
    rng = np.random.default_rng(0)
    for _ in range(50):
        experiment = random_experiment(rng, specimen(), adam)
        for array in (*experiment.theta0, *(g for row in experiment.gradients for g in row)):
            assert np.isfinite(array).all()
            assert np.array_equal(FORMATS[experiment.format].round(array), array)
