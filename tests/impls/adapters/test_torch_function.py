import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from optimspec.conformance.protocol import FORMATS, Experiment, NotATarget, Snippets, Target
from optimspec.impls.adapters.torch_function import TorchFunction, adapt


@torch.no_grad()
def sgd(params: list[torch.Tensor], lr: float = 0.5, eps: float = 0.25) -> None:
    for param in params:
        param.sub_(lr * param.grad + eps)


@torch.no_grad()
def adam_like(
    params: list[torch.Tensor], lr: float, b1: float = 0.5, is_first: bool = True
) -> None:
    for param in params:
        param.fill_(lr + b1 if is_first else -lr)


def factory(params: list[torch.Tensor], lr: float = 0.5) -> torch.optim.Optimizer:
    return torch.optim.SGD(params, lr=lr)


def broken(params: list[torch.Tensor], lr: float = 0.5) -> None:
    raise IndexError("list assignment index out of range")


def no_hyperparameter(params: list[torch.Tensor]) -> None:
    raise NotImplementedError


def other_argument(model: object, lr: float = 0.5) -> None:
    raise NotImplementedError


def needs_gradients(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float = 0.5) -> None:
    raise NotImplementedError


def target(function: Callable[..., Any], **args: object) -> TorchFunction:
    made = adapt(function, args, f"{__name__}:{getattr(function, '__name__', 'partial')}")
    assert made is not None
    return made


@pytest.mark.parametrize(
    "other", [torch.optim.Adam, no_hyperparameter, other_argument, needs_gradients, len, 3]
)
def test_other_things_are_not_of_its_kind(other: object) -> None:
    assert adapt(other, {}, "x:y") is None


def test_finds_what_a_function_can_do() -> None:
    made: Target = target(sgd)
    assert isinstance(made, Snippets)
    assert made.claim == "sgd"
    assert target(adam_like).claim == "adam"
    assert made.capabilities.formats == FORMATS
    assert made.capabilities.settable == {"alpha", "epsilon"}
    assert made.capabilities.schedulable == {"alpha", "epsilon"}
    assert made.hyperparameters == {"alpha": 0.5, "epsilon": 0.25}
    assert target(adam_like).hyperparameters == {"alpha": 1e-3, "beta1": 0.5}


@pytest.mark.parametrize("partial", [True, False])
def test_arguments_of_the_user_are_never_overridden(partial: bool) -> None:
    made = target(functools.partial(sgd, lr=0.125)) if partial else target(sgd, lr=0.125)
    assert made.capabilities.settable == {"epsilon"}
    assert made.hyperparameters == {"alpha": 0.125, "epsilon": 0.25}
    with pytest.raises(ValueError, match="alpha"):
        made.start([np.zeros(1)], {"alpha": 1.0}, "float64")
    with pytest.raises(ValueError, match="alpha"):
        made.start([np.zeros(1)], {}, "float64").set("alpha", 1.0)


@pytest.mark.parametrize("format", FORMATS)
def test_step_returns_what_the_function_made(format: str) -> None:
    session = target(sgd).start([np.ones(2), np.array(2.0)], {"epsilon": 0.0}, format)
    got = session.step([np.ones(2), np.array(4.0)])
    np.testing.assert_array_equal(got[0], [0.5, 0.5])
    np.testing.assert_array_equal(got[1], np.array(0.0))
    session.set("alpha", 1.0)
    np.testing.assert_array_equal(session.step([np.ones(2), np.array(0.0)])[0], [-0.5, -0.5])
    assert session.state() == [{}, {}]
    assert session.state_formats() == {}


def test_only_the_first_step_is_first() -> None:
    session = target(adam_like).start([np.zeros(1)], {"alpha": 0.25}, "float64")
    assert [session.step([np.zeros(1)])[0].item() for _ in range(3)] == [0.75, -0.25, -0.25]


def test_error_of_the_function_propagates_from_the_step() -> None:
    made = target(broken)
    assert made.capabilities.formats == ("float64",)
    with pytest.raises(IndexError, match="out of range"):
        made.start([np.zeros(1)], {}, "float64").step([np.zeros(1)])


@pytest.mark.parametrize(
    ("function", "args", "sentence"),
    [
        (sgd, {"epz": 1}, "Did you mean 'eps'?"),
        (adam_like, {"is_first": True}, "found 'is_first'"),
        (factory, {}, "returned an optimizer of class SGD"),
    ],
)
def test_functions_that_cannot_be_used(
    function: Callable[..., Any], args: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotATarget) as caught:
        target(function, **args)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("args", [{}, {"eps": 0.125}])
def test_snippet_prints_what_the_session_returns(
    args: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    made = adapt(functools.partial(torch.no_grad()(_power), eps=0.5), args, "mine")
    assert made is not None
    values = np.array([1.0, 0.1])
    experiment = Experiment(
        (values,), ((values,),) * 3, {"alpha": 0.1}, "float32", {2: {"alpha": 3}}
    )
    text = made.snippet(experiment).replace(f"from {__name__} import _power", "")
    exec(text, {"_power": torch.no_grad()(_power)})
    session = made.start(experiment.theta0, experiment.hyper, experiment.format)
    for step, line in enumerate(capsys.readouterr().out.splitlines(), start=1):
        if step == 2:
            session.set("alpha", 3.0)
        assert line == f"{step} {[session.step([values])[0].tolist()]}"


def _power(
    params: list[torch.Tensor], lr: float = 0.1, eps: float = 0.0, is_first: bool = True
) -> None:
    for param in params:
        assert param.grad is not None
        param.add_(1.0 if is_first else lr * param.grad + eps)
