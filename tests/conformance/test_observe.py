"""Whatever a target does, its run ends in an observation."""

import sys

import numpy as np
import pytest

from optimspec.conformance.load import as_target
from optimspec.conformance.observe import describe, observe
from optimspec.impls.naive_numpy import NaiveAdam


class Recorded(NaiveAdam):
    """Adam that does something else in its third step."""

    def _update(self, theta, g, m, v, t):
        if t == 3:
            self.third(theta)
        super()._update(theta, g, m, v, t)

    def third(self, theta):
        raise NotImplementedError


class Raises(Recorded):
    def third(self, theta):
        raise RuntimeError("no\n   luck")


class Exits(Recorded):
    def third(self, theta):
        sys.exit("enough")


class Mute(Recorded):
    def third(self, theta):
        class UnshownError(Exception):
            def __str__(self):
                raise AssertionError

        raise UnshownError


class Interrupted(Recorded):
    def third(self, theta):
        raise KeyboardInterrupt


class Reshapes(Recorded):
    def third(self, theta):
        theta.resize((1, 8), refcheck=False)


class Adjusts(NaiveAdam):
    """Changes NumPy's handling of floating-point errors, for everybody."""

    def __init__(self, params, lr=1e-3):
        np.seterr(all="raise")
        super().__init__(params, lr)


@pytest.fixture
def observed(make_experiment):
    def run(cls, **hyper):
        return observe(as_target(cls, {}, "tests:Target"), make_experiment(steps=5, **hyper))

    return run


def test_every_step_and_state_is_kept(observed):
    observation = observed(NaiveAdam)
    (theta,), (m,) = observation.values("theta"), observation.values("m")

    assert observation.failure == ""
    assert theta.shape == m.shape == (5, 8)
    assert observation.state_formats == {"m": "float64", "v": "float64"}


def test_a_specimens_run_is_the_programs(specimen, make_experiment, adam):
    experiment = make_experiment(steps=3)
    by_hand = observe(as_target(NaiveAdam, {}, "x"), experiment)

    (got,), (other,) = observe(specimen(), experiment).values("theta"), by_hand.values("theta")

    assert np.array_equal(got, other)


@pytest.mark.parametrize(
    ("cls", "sentence"),
    [
        (Raises, "RuntimeError: no luck (line"),
        (Exits, "SystemExit: enough (line"),
        (Mute, "UnshownError: (it has no message that can be shown)"),
        (Reshapes, "it returned [(1, 8)], and the parameters have [(8,)]"),
    ],
)
def test_a_failure_ends_the_run_and_is_told_in_a_line(observed, cls, sentence):
    observation = observed(cls)

    assert sentence in observation.failure
    assert "\n" not in observation.failure
    assert [len(x) for x in observation.values("theta")] == [2]


def test_an_interrupt_is_the_users(observed):
    with pytest.raises(KeyboardInterrupt):
        observed(Interrupted)


def test_hyperparameters_that_cannot_be_set_are_not_given(make_experiment):
    fixed = as_target(NaiveAdam, {"eps": 1e-3}, "x")

    assert observe(fixed, make_experiment(epsilon=0.5)).failure == ""


def test_numpys_error_handling_is_the_same_after_a_run(observed):
    before = np.geterr()

    assert observed(Adjusts).failure == ""
    assert np.geterr() == before


def test_an_error_is_told_with_its_line():
    try:
        int("x")
    except ValueError as error:
        told = describe(error)

    assert told.startswith("ValueError: invalid literal for int() with base 10: 'x' (line ")
    assert told.endswith("""`int("x")`)""")


def test_a_message_cannot_steer_the_terminal():
    assert describe(ValueError("\x1b[31mred\x07")) == r"ValueError: \x1b[31mred\x07"


def test_a_message_is_one_line_of_bounded_length():
    told = describe(type("Own\nError\r", (Exception,), {})("x\u202e\n" * 10**6))

    assert told.startswith(r"Own Error\r: x\u202e x\u202e x")
    assert "\n" not in told
    assert told.endswith(" characters)")
    assert len(told) < 1100
