import functools
from typing import Any

import numpy as np
import pytest
import torch

from optimspec.conformance.protocol import Experiment, NotATarget, Snippets, Target
from optimspec.impls.adapters.adapted import Adapted
from optimspec.impls.adapters.numpy_optimizer import adapt
from optimspec.impls.naive_numpy import NaiveAdam

NAME = "optimspec.impls.naive_numpy:NaiveAdam"
ALL_OF_ADAM = frozenset({"alpha", "beta1", "beta2", "epsilon"})


def target(cls: object = NaiveAdam, /, **args: object) -> Adapted:
    made = adapt(cls, args, NAME)
    assert made is not None
    return made


class NoGradients:
    def __init__(self, params: Any, lr: float = 0.1) -> None: ...

    def step(self, closure: Any = None) -> None: ...


class Positive:
    def __init__(self, params: Any, lr: float = 0.1) -> None:
        if lr < 0:
            raise ValueError("lr < 0")
        self.params = params

    def step(self, gradients: Any) -> None:
        raise ZeroDivisionError(gradients, self.params)


@pytest.mark.parametrize(
    "other", [torch.optim.Adam, torch.optim.LBFGS, NoGradients, np.zeros, dict, 3]
)
def test_other_things_are_not_of_its_kind(other: object) -> None:
    assert adapt(other, {}, "x:y") is None


def test_finds_what_the_class_can_do() -> None:
    made: Target = target()
    assert isinstance(made, Snippets)
    assert made.claim == "adam"
    assert made.capabilities.formats == ("float64", "float32", "float16")
    assert made.capabilities.settable == ALL_OF_ADAM
    assert made.capabilities.schedulable == ALL_OF_ADAM
    values = {"alpha": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert values == made.hyperparameters


@pytest.mark.parametrize("partial", [True, False])
def test_arguments_of_the_user_are_never_overridden(partial: bool) -> None:
    made = target(functools.partial(NaiveAdam, lr=0.5)) if partial else target(NaiveAdam, lr=0.5)
    assert made.capabilities.settable == ALL_OF_ADAM - {"alpha"}
    assert made.hyperparameters["alpha"] == 0.5
    with pytest.raises(ValueError, match="alpha"):
        made.start([np.zeros(1)], {"alpha": 1.0}, "float64")


@pytest.mark.parametrize("format", ["float64", "float32", "float16"])
def test_state_is_in_the_parameters_format(format: str) -> None:
    session = target().start([np.ones((2, 3)), np.array(1.0)], {}, format)
    thetas = session.step([np.ones((2, 3)), None])
    assert [theta.shape for theta in thetas] == [(2, 3), ()]
    assert session.state_formats() == {"m": format, "v": format}
    np.testing.assert_array_equal(session.state()[1]["m"], np.array(0.0))


def test_zero_over_zero_gives_nan_and_no_warning() -> None:
    session = target().start([np.ones(1)], {"epsilon": 0.0}, "float32")
    assert np.isnan(session.step([np.zeros(1)])[0]).all()


def test_set_refuses_what_is_no_attribute() -> None:
    with pytest.raises(ValueError, match="lambda"):
        target().start([np.ones(1)], {}, "float64").set("lambda", 0.5)


@pytest.mark.parametrize(
    ("args", "sentence"), [({"rl": 1}, "takes lr; found 'rl'"), ({"lr": -1}, "lr < 0")]
)
def test_arguments_that_cannot_be_used(args: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotATarget) as caught:
        adapt(Positive, args, "mine")
    assert sentence in str(caught.value)


def test_error_of_the_class_propagates_from_the_step() -> None:
    made = target(Positive)
    assert made.capabilities.formats == ("float64",)
    with pytest.raises(ZeroDivisionError):
        made.start([np.zeros(1)], {}, "float64").step([np.zeros(1)])


@pytest.mark.parametrize("args", [{}, {"eps": 0.5}])
def test_snippet_prints_what_the_session_returns(
    args: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    made = target(NaiveAdam, **args)
    experiment = Experiment(
        theta0=(np.array([1.0, 0.1]), np.array(2.0), np.zeros((0, 3))),
        gradients=((np.array([0.3, -0.2]), None, np.zeros((0, 3))),) * 3,
        hyper={"beta2": 0.9, "not settable": 1.0},
        format="float32",
        changes={2: {"beta1": 0.3, "alpha": 3}},
    )
    exec(made.snippet(experiment), {})
    session = made.start(experiment.theta0, {"beta2": 0.9}, experiment.format)
    for step, line in enumerate(capsys.readouterr().out.splitlines(), start=1):
        for name, value in experiment.changes.get(step, {}).items():
            session.set(name, value)
        got = session.step(experiment.gradients[step - 1])
        assert line == f"{step} {[array.tolist() for array in got]}"
