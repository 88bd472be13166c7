import numpy as np
import pytest
import sympy

from optimspec.conformance.cases import curated
from optimspec.conformance.regimes import REGIMES
from optimspec.reference import FORMATS
from optimspec.spec import ALGORITHMS

ADAM = ALGORITHMS["adam"]
DEFAULTS = ADAM.defaults
ALL = frozenset(DEFAULTS)


def cases(name, settable=ALL, schedulable=ALL, seed=0):
    return {
        case.id: case for case in curated(DEFAULTS, settable, schedulable, name, seed, claimed=ADAM)
    }


@pytest.mark.parametrize("name", FORMATS)
def test_every_input_is_exact_in_its_format(name):
    for case in cases(name).values():
        arrays = [*case.experiment.theta0, *(g for row in case.experiment.gradients for g in row)]
        for array in arrays:
            assert np.isfinite(array).all()
            assert np.array_equal(FORMATS[name].round(array), array)


def test_the_same_seed_gives_the_same_cases():
    first, second = cases("float32"), cases("float32")

    assert {i: c.experiment.key for i, c in first.items()} == {
        i: c.experiment.key for i, c in second.items()
    }
    assert cases("float32", seed=1)["normal"].experiment != first["normal"].experiment


def test_the_regimes_the_suite_promises_are_there():
    found = cases("float64")
    scales = np.abs(found["scales"].experiment.gradients[0][0])
    shapes = {theta.shape for theta in found["shapes"].experiment.theta0}
    hyper = [case.experiment.hyper for case in found.values()]

    assert scales.min() <= 1e-30
    assert scales.max() >= 1e30
    assert {(), (1,)} < shapes
    assert {len(case.experiment.gradients) for case in found.values()} >= {1, 1000}
    assert any(h["beta1"] ** 2 > h["beta2"] > 0 for h in hyper)
    assert any(h["beta1"] == h["beta2"] == 0 for h in hyper)
    assert found["schedule"].experiment.changes


def test_what_cannot_be_set_keeps_the_targets_value():
    fixed = cases("float64", settable=frozenset({"alpha"}), schedulable=frozenset())

    assert {case.experiment.hyper["beta1"] for case in fixed.values()} == {0.9}
    assert not any(any(case.experiment.changes.values()) for case in fixed.values())


def test_cases_that_fall_together_are_run_once():
    found = curated(DEFAULTS, frozenset(), frozenset(), "float64", 0, claimed=ADAM)

    assert len({case.experiment.key for case in found}) == len(found) <= len(REGIMES)


@pytest.mark.parametrize("name", FORMATS)
def test_settings_are_in_the_domains_of_the_specification(name):
    domains = {h.name: h.domain for h in ALGORITHMS["adamw"].hyperparameters}

    for case in cases(name).values():
        for settings in case.experiment.settings():
            assert all(sympy.Rational(value) in domains[n] for n, value in settings.items())
