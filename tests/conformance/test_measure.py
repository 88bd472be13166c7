"""Errors are measured in units of the derived bound, and where they are is told exactly."""

from dataclasses import replace

import numpy as np
import pytest

from optimspec.conformance.allowance import Loss
from optimspec.conformance.measure import compare, ratios
from optimspec.conformance.observe import observe
from optimspec.conformance.observed_bounds import observed_bounds
from optimspec.conformance.reckoned import bounds
from optimspec.reference import FORMATS, error_limit

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize("variable", ["theta", "m", "v"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_faithful_run_is_within_the_limit(specimen, make_experiment, adam, name, variable):
    limit = error_limit(adam)
    comparison = compare(adam, observe(specimen(), make_experiment(name)), limit, variable)

    assert 0 < comparison.k <= limit
    assert comparison.first is None
    assert comparison.decided > 0
    assert comparison.decided + comparison.undecided == 80


@pytest.mark.parametrize(("step", "element"), [(1, 0), (4, 7), (10, 3)])
def test_one_wrong_value_is_found_where_it_is(specimen, make_experiment, adam, step, element):
    limit, observation = error_limit(adam), observe(specimen(), make_experiment())
    (allowed,) = bounds(adam, observation.experiment)
    observation.thetas[step - 1][0][element] += 3 * limit * allowed["theta"][step - 1, element]
    comparison = compare(adam, observation, limit)

    assert comparison.first == comparison.worst
    assert (comparison.first.step, comparison.first.element) == (step, element)
    assert comparison.first.error / comparison.first.bound == comparison.k
    assert 2 * limit < comparison.k < 4 * limit


def test_elements_are_counted_parameter_by_parameter(specimen, make_experiment, adam):
    experiment = make_experiment(steps=2)
    (theta0,), rows = experiment.theta0, experiment.gradients
    parted = replace(
        experiment,
        theta0=(theta0[:2], theta0[2:].reshape(2, 3)),
        gradients=tuple((row[:2], row[2:].reshape(2, 3)) for (row,) in rows),
    )
    observation = observe(specimen(), parted)
    observation.thetas[1][1][1, 2] = NAN
    at = compare(adam, observation, error_limit(adam)).first

    assert (at.step, at.parameter, at.element) == (2, 1, 5)


def test_a_run_that_ended_early_is_infinitely_wrong(specimen, make_experiment, adam):
    observation = observe(specimen(), make_experiment(steps=4))
    cut = replace(observation, thetas=observation.thetas[:2], failure="RuntimeError: enough")
    comparison = compare(adam, cut, error_limit(adam))

    assert comparison.k == INF
    assert comparison.first is None
    assert len(comparison.error) == 2


@pytest.mark.parametrize(
    ("error", "bound", "ratio"),
    [(1, 2, 0.5), (0, 0, 0), (1, 0, INF), (NAN, 1, INF), (1, INF, 0), (NAN, INF, 0), (INF, 1, INF)],
)
def test_ratios(error, bound, ratio):
    assert ratios(np.array([error]), np.array([bound])) == [ratio]


def test_values_beyond_a_format_are_not_judged(specimen, make_experiment, adam):
    """The square of a gradient over 2^8 overflows in float16."""
    experiment = make_experiment("float16", steps=1)
    huge = replace(experiment, gradients=((np.full(8, 2.0**9),),))
    comparison = compare(adam, observe(specimen(), huge), error_limit(adam))

    assert (comparison.decided, comparison.undecided, comparison.k) == (0, 8, 0)


SINGLE = Loss("float32", False, "to the accuracy of float32")


def test_coarser_accuracy_allows_more(make_experiment, adam):
    fine, coarse = (bounds(adam, make_experiment(), (), a)[0]["theta"] for a in (None, SINGLE))

    assert (fine < coarse).all()


def test_wider_state_is_allowed_for_and_narrower_state_is_not(specimen, make_experiment, adam):
    """State in a wider format tightens the bound; in a narrower one it is the target's error."""
    seen = observe(specimen(), make_experiment("float32"))

    def allowed(name):
        kept = replace(seen, state_formats={"m": name, "v": name})
        return observed_bounds(adam, kept)[0]["theta"]

    assert (allowed("float64") < allowed("float32")).all()
    assert np.array_equal(allowed("bfloat16"), allowed("float32"))
