"""Experiments are equal where all of their inputs are."""

from dataclasses import replace

import numpy as np

from optimspec.reference import Experiment

ONE = np.array([1.0])


def test_the_same_arrays_of_more_parameters_are_another_experiment():
    """One parameter for three steps, two for one."""
    one = Experiment((ONE,), ((ONE,), (ONE,), (ONE,)), {}, "float64")
    two = Experiment((ONE, ONE), ((ONE, ONE),), {}, "float64")

    assert one != two


def test_every_input_counts():
    first = Experiment((ONE,), ((ONE,), (None,)), {"alpha": 0.1}, "float64", {2: {"alpha": 0.2}})
    others = [
        replace(first, theta0=(np.array(1.0),)),
        replace(first, gradients=((None,), (ONE,))),
        replace(first, hyper={"alpha": 0.2}),
        replace(first, format="float32"),
        replace(first, changes={1: {"alpha": 0.2}}),
    ]

    assert first not in others
    assert first == replace(first, theta0=(ONE.copy(),))
