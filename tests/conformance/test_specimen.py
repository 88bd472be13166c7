"""Specimens are targets that compute exactly the equations they are made of."""

import numpy as np
import pytest

from optimspec.conformance.measure import compare
from optimspec.conformance.observe import observe
from optimspec.reference import FORMATS, error_limit


def test_its_name_tells_its_edits(specimen):
    made = specimen("maximize", "step-starts-at-two", base="adamw")

    assert made.name == "adamw+maximize+step-starts-at-two"
    assert made.claim == "adamw"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("edit", ["eps-hat", "betas-swapped", "l2-weight-decay"])
def test_it_computes_its_edits_faithfully(specimen, make_experiment, edit, name):
    target = specimen(edit)
    experiment = make_experiment(name, **{"lambda": 0.5} if "decay" in edit else {})
    limit = error_limit(target.algorithm)

    assert compare(target.algorithm, observe(target, experiment), limit).k <= limit


def test_what_it_returns_is_in_the_parameters_format(specimen, make_experiment):
    (theta,) = observe(specimen(), make_experiment("bfloat16")).values("theta")

    assert np.array_equal(FORMATS["bfloat16"].round(theta), theta)


def test_a_parameter_without_a_gradient_sits_out(specimen, adam):
    session = specimen().start([np.ones(2), np.ones(2)], {}, "float64")
    still, moved = session.step([None, np.ones(2)])

    assert np.array_equal(still, [1.0, 1.0])
    assert np.all(moved < 1)
    assert [bool(np.any(kept["m"])) for kept in session.state()] == [False, True]


def test_a_new_setting_holds_from_the_next_step_on(specimen):
    session = specimen().start([np.zeros(1)], {"alpha": 1.0, "epsilon": 0.0}, "float64")
    session.step([np.ones(1)])
    session.set("alpha", 0.0)

    (first,) = session.step([np.ones(1)])
    (second,) = session.step([np.ones(1)])

    assert first == second
