"""A search draws valid experiments and shrinks what departs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimspec.conformance.observe import observe
from optimspec.conformance.search import MOST_STEPS, experiments, falsify, single_out
from optimspec.reference import FORMATS
from optimspec.spec import ALGORITHMS

ADAMW = ALGORITHMS["adamw"]
DEFAULTS = ADAMW.defaults
ALL = frozenset(DEFAULTS)


@given(
    st.sampled_from(list(FORMATS)).flatmap(
        lambda name: experiments(DEFAULTS, ALL, name, claimed=ADAMW)
    )
)
@settings(max_examples=50)
def test_drawn_experiments_are_exact_in_their_format(experiment):
    into = experiment.arithmetic
    for array in (*experiment.theta0, *(g for row in experiment.gradients for g in row)):
        assert np.isfinite(array).all()
        assert np.array_equal(into.round(array), array)
    assert 1 <= len(experiment.gradients) <= MOST_STEPS


@given(experiments(DEFAULTS, frozenset({"alpha"}), "float64", claimed=ADAMW))
@settings(max_examples=25)
def test_only_what_is_settable_varies(experiment):
    assert {**experiment.hyper, "alpha": 0} == {**DEFAULTS, "alpha": 0}


def found(departs, **options):
    experiment, _ = falsify(
        experiments(DEFAULTS, ALL, "float64", claimed=ADAMW),
        departs,
        **{"examples": 100, "seed": 0, **options},
    )
    return experiment


def test_the_smallest_departure_is_found():
    experiment = found(lambda e: any(np.any(g) for row in e.gradients for g in row))

    assert [x.tolist() for x in experiment.theta0] == [[0.0]]
    assert [[g.tolist() for g in row] for row in experiment.gradients] == [[[1.0]]]
    assert experiment.hyper == {
        "alpha": 1.0, "beta1": 0.0, "beta2": 0.0, "epsilon": 0.0, "lambda": 0.0
    }  # fmt: skip


def test_nothing_is_found_where_nothing_departs():
    assert found(lambda _: False) is None


def test_a_search_follows_from_its_seed():
    def departs(experiment):
        return experiment.hyper["beta2"] > 0.99

    assert found(departs, seed=3) == found(departs, seed=3)


@pytest.mark.parametrize("element", [0, 5])
def test_one_element_alone_takes_the_same_way(specimen, make_experiment, element):
    experiment = make_experiment(steps=6)
    alone = single_out(experiment, 0, element, 4)
    (whole,), (part,) = (observe(specimen(), e).values("theta") for e in (experiment, alone))

    assert np.array_equal(part[:, 0], whole[:4, element])
