import functools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import torch

from optimspec.conformance.protocol import (
    FORMATS,
    Array,
    NotATarget,
    Snippets,
    Target,
)
from optimspec.impls.adapters.torch_optimizer import TorchOptimizer, adapt

ALL_OF_ADAM = frozenset({"alpha", "beta1", "beta2", "epsilon", "lambda"})


def target(cls: object = torch.optim.Adam, /, **args: object) -> TorchOptimizer:
    made = adapt(cls, args, "torch.optim:Adam")
    assert made is not None
    return made


def arrays(*shapes: tuple[int, ...], seed: int = 0) -> list[Array]:
    generator = np.random.default_rng(seed)
    return [generator.standard_normal(shape) for shape in shapes]


class Wrapped(torch.optim.Adam):
    def __init__(self, params: Any, **anything: Any) -> None:
        super().__init__(params, **anything)


class Required(torch.optim.Adam):
    def __init__(self, params: Any, lr: float, beta1: float, beta2: float = 0.99) -> None:
        super().__init__(params, lr=lr, betas=(beta1, beta2))


class NeedsMore(torch.optim.Adam):
    def __init__(self, params: Any, model: torch.nn.Module) -> None:
        super().__init__([*params, *model.parameters()])


class DecayObject(torch.optim.SGD):
    def __init__(self, params: Any, lr: float = 0.1, weight_decay: Any = ()) -> None:
        super().__init__(params, lr=lr, weight_decay=sum(weight_decay))


class NoHalf(torch.optim.SGD):
    def step(self, closure: Any = None) -> Any:
        if any(p.dtype is torch.float16 for p in self.param_groups[0]["params"]):
            raise TypeError("no float16 here")
        return super().step(closure)


class Broken(torch.optim.SGD):
    def step(self, closure: Any = None) -> Any:
        return step or closure  # noqa: F821 - the mistake


def test_is_a_target_that_writes_snippets() -> None:
    made: Target = target()
    assert isinstance(made, Snippets)


@pytest.mark.parametrize("other", [torch.nn.Linear, len, 3, functools.partial(len)])
def test_other_things_are_not_of_its_kind(other: object) -> None:
    assert adapt(other, {}, "x:y") is None


def test_finds_what_adam_can_do() -> None:
    made = target()
    assert made.claim == "adam"
    assert made.capabilities.contract == "torch"
    assert made.capabilities.formats == FORMATS
    assert made.capabilities.settable == ALL_OF_ADAM
    assert made.capabilities.schedulable == ALL_OF_ADAM
    values = {"alpha": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "lambda": 0.0}
    assert values == made.hyperparameters


@pytest.mark.parametrize(
    ("args", "fixed"),
    [
        ({"lr": 0.25}, {"alpha": 0.25}),
        ({"lr": torch.tensor(0.25)}, {"alpha": 0.25}),
        ({"betas": (0.5, 0.75)}, {"beta1": 0.5, "beta2": 0.75}),
        ({"weight_decay": 0.5}, {"lambda": 0.5}),
    ],
)
@pytest.mark.parametrize("preset", [True, False])
def test_arguments_of_the_user_are_in_effect_and_not_settable(
    args: dict[str, Any], fixed: dict[str, float], preset: bool
) -> None:
    made = (
        target(functools.partial(torch.optim.Adam, **args))
        if preset
        else target(torch.optim.Adam, **args)
    )
    assert ALL_OF_ADAM - fixed.keys() == made.capabilities.settable
    assert fixed.items() <= made.hyperparameters.items()
    with pytest.raises(ValueError, match="can be set"):
        made.start(arrays((2,)), fixed, "float64")


def test_step_changes_what_the_optimizer_changes() -> None:
    theta0, gradients = arrays((2, 3), (), (0,)), arrays((2, 3), (), (0,), seed=1)
    session = target().start(theta0, {"alpha": 0.5, "beta2": 0.75}, "float64")
    got = session.step(gradients)
    parameters = [torch.tensor(a, requires_grad=True) for a in theta0]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    optimizer = torch.optim.Adam(parameters, lr=0.5, betas=(0.9, 0.75))
    optimizer.step()
    for array, parameter in zip(got, parameters, strict=True):
        np.testing.assert_array_equal(array, parameter.detach().numpy(), strict=True)
        assert array.dtype == np.float64
    for state, parameter in zip(session.state(), parameters, strict=True):
        np.testing.assert_array_equal(state["m"], optimizer.state[parameter]["exp_avg"])
        np.testing.assert_array_equal(state["v"], optimizer.state[parameter]["exp_avg_sq"])


@pytest.mark.parametrize("format", FORMATS)
def test_state_is_in_the_parameters_format(format: str) -> None:
    session = target().start(arrays((3,)), {}, format)
    assert session.state() == [{}]
    session.step(arrays((3,)))
    assert {"m": format, "v": format}.items() <= session.state_formats().items()
    assert {*session.state_formats().values()} == {format}


def test_parameter_without_gradient_has_no_state() -> None:
    theta0 = arrays((2,), (3,))
    session = target().start(theta0, {}, "float32")
    session.step([None, np.ones(3)])
    without, having = session.state()
    assert not without
    assert having.keys() >= {"m", "v"}


def test_returned_arrays_are_not_the_optimizers_own() -> None:
    session = target().start(arrays((3,)), {}, "float64")
    first = session.step([np.ones(3)])[0]
    kept = first.copy()
    session.step([np.ones(3)])
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize(
    ("cls", "args"),
    [
        (torch.optim.Adam, {}),
        (torch.optim.Adam, {"lr": torch.tensor(1e-3, dtype=torch.float64)}),
        (Required, {}),
        (Wrapped, {}),
    ],
)
def test_set_acts_from_the_next_step(cls: object, args: dict[str, Any]) -> None:
    theta0, gradients = arrays((4,)), arrays((4,), seed=1)
    changed, fresh = (target(cls, **args).start(theta0, {}, "float64") for _ in range(2))
    for name, value in {"alpha": 0.5, "beta1": 0.25, "beta2": 0.5}.items():
        changed.set(name, value)
    expected = torch.optim.Adam([p := torch.tensor(theta0[0])], lr=0.5, betas=(0.25, 0.5))
    p.grad = torch.tensor(gradients[0])
    expected.step()
    np.testing.assert_array_equal(changed.step(gradients)[0], p.numpy())
    assert not np.array_equal(fresh.step(gradients)[0], p.numpy())


def test_set_leaves_the_users_tensor_alone() -> None:
    rate = torch.tensor(0.25)
    target(torch.optim.Adam, lr=rate).start(arrays((1,)), {}, "float32").set("alpha", 0.5)
    assert float(rate) == 0.25


def test_set_refuses_what_is_not_in_the_groups() -> None:
    session = target(torch.optim.SGD).start(arrays((1,)), {}, "float32")
    with pytest.raises(ValueError, match="epsilon"):
        session.set("epsilon", 0.5)


def test_keywords_behind_a_double_star_are_found_in_the_groups() -> None:
    assert target(Wrapped).capabilities.settable == ALL_OF_ADAM
    assert target(Wrapped, lr=0.5).capabilities.settable == ALL_OF_ADAM - {"alpha"}


def test_required_hyperparameters_take_the_papers_values() -> None:
    made = target(Required)
    assert made.hyperparameters.items() >= {"alpha": 1e-3, "beta1": 0.9, "beta2": 0.99}.items()
    assert made.capabilities.settable == {"alpha", "beta1", "beta2"}


def test_weight_decay_that_is_an_object_is_not_settable() -> None:
    capabilities = target(DecayObject).capabilities
    assert capabilities.settable == {"alpha"}
    assert capabilities.schedulable == {"alpha", "lambda", "mu", "tau"}


def test_format_that_raises_is_left_out() -> None:
    assert target(NoHalf).capabilities.formats == ("float64", "float32", "bfloat16")


def test_error_of_the_optimizer_propagates_from_the_step() -> None:
    made = target(Broken)
    assert made.capabilities.formats == ("float64",)
    with pytest.raises(NameError, match="name 'step' is not defined"):
        made.start(arrays((1,)), {}, "float64").step(arrays((1,)))


@pytest.mark.parametrize(
    ("cls", "args", "sentence"),
    [
        (torch.optim.Adam, {"esp": 1e-3}, "found 'esp'. Did you mean 'eps'?"),
        (torch.optim.Adam, {"lr": -1.0}, "raised ValueError: Invalid learning rate: -1.0"),
        (NeedsMore, {}, "--arg model=VALUE"),
    ],
)
def test_arguments_that_cannot_be_used(cls: object, args: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotATarget) as caught:
        adapt(cls, args, "torch.optim:Adam")
    assert sentence in str(caught.value)


def test_build_takes_groups_and_spec_names() -> None:
    groups: Iterable[dict[str, Any]] = [
        {"params": [torch.zeros(1)], "lr": 0.5},
        {"params": [torch.zeros(1)]},
    ]
    optimizer = target().build(groups, {"alpha": 0.25, "beta1": 0.5})
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.25]
    assert optimizer.param_groups[0]["betas"] == (0.5, 0.999)


def test_name_has_the_arguments_once() -> None:
    assert target(torch.optim.Adam, fused=True).name == "torch.optim:Adam(fused=True)"
    written = adapt(torch.optim.Adam, {"fused": True}, "torch.optim:Adam(fused=True)")
    assert written is not None
    assert written.name == "torch.optim:Adam(fused=True)"
