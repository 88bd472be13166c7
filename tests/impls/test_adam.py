"""Every right implementation of Adam must compute what torch.optim.Adam computes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from optimspec.conformance.protocol import Array
from optimspec.impls import (
    blog_class,
    blog_function,
    correct_but_unusual,
    naive_numpy,
    naive_torch,
    optimized_update,
)
from optimspec.impls.optimized_update import WeightDecay

STEPS = 12
HYPER = {"lr": 0.25, "betas": (0.5, 0.75), "eps": 0.125}
"""A large eps and betas far from 1 make every misplaced term show."""

SHAPES = ((), (3,), (2, 3), (0,))
RIGHT = [
    naive_torch.NaiveAdam,
    correct_but_unusual.LerpAdam,
    correct_but_unusual.FoldedAdam,
    correct_but_unusual.WideAdam,
    correct_but_unusual.UnnamedStateAdam,
]
ROUNDING = 64 * STEPS * np.finfo(np.float64).eps
"""Two evaluations of a dozen steps, each of fewer than 32 operations on values of order 1."""


def draw(seed: int) -> list[Array]:
    generator = np.random.default_rng(seed)
    return [generator.standard_normal(shape) for shape in SHAPES]


GRADIENTS = [draw(seed) for seed in range(1, STEPS + 1)]


def run_torch(
    make: Callable[..., torch.optim.Optimizer],
    rows: Sequence[Sequence[Array]] = GRADIENTS,
    dtype: torch.dtype = torch.float64,
    **keywords: Any,
) -> list[Array]:
    parameters = [torch.tensor(a, dtype=dtype, requires_grad=True) for a in draw(0)]
    optimizer = make(parameters, **keywords)
    for row in rows:
        for parameter, gradient in zip(parameters, row, strict=True):
            parameter.grad = torch.tensor(gradient, dtype=dtype)
        optimizer.step()
    return [parameter.detach().double().numpy() for parameter in parameters]


def assert_close(got: Sequence[Array], expected: Sequence[Array]) -> None:
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("make", RIGHT)
@pytest.mark.parametrize("keywords", [{}, HYPER])
def test_agrees_with_torch(make: Any, keywords: dict[str, Any]) -> None:
    assert_close(run_torch(make, **keywords), run_torch(torch.optim.Adam, **keywords))


@pytest.mark.parametrize("keywords", [{}, HYPER])
def test_numpy_agrees_with_torch(keywords: dict[str, Any]) -> None:
    parameters = draw(0)
    optimizer = naive_numpy.NaiveAdam(parameters, **keywords)
    for row in GRADIENTS:
        optimizer.step(row)
    assert_close(parameters, run_torch(torch.optim.Adam, **keywords))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_numpy_updates_in_place_in_the_parameters_dtype(dtype: Any) -> None:
    parameters = [np.array(array, dtype) for array in draw(0)]
    same = list(parameters)
    optimizer = naive_numpy.NaiveAdam(parameters)
    optimizer.step([np.array(array, dtype) for array in draw(1)])
    for kept, parameter, m in zip(same, optimizer.parameters, optimizer.m, strict=True):
        assert kept is parameter
        assert parameter.dtype == m.dtype == dtype


def test_numpy_counts_only_the_steps_a_parameter_takes() -> None:
    parameters = [np.ones(2), np.ones(2)]
    optimizer = naive_numpy.NaiveAdam(parameters)
    optimizer.step([np.ones(2), None])
    np.testing.assert_array_equal(parameters[1], 1.0)
    optimizer.step([None, np.ones(2)])
    np.testing.assert_array_equal(*parameters)


@pytest.mark.parametrize(
    ("decay", "like"),
    [
        (WeightDecay(), torch.optim.Adam),
        (WeightDecay(0.5, decoupled=False), torch.optim.Adam),
        (WeightDecay(0.5), torch.optim.AdamW),
    ],
)
def test_plain_update_agrees_with_torch_for_each_weight_decay(
    decay: WeightDecay, like: Any
) -> None:
    got = run_torch(optimized_update.Adam, **HYPER, weight_decay=decay, optimized_update=False)
    assert_close(got, run_torch(like, **HYPER, weight_decay=decay.coefficient))


def test_absolute_decay_does_without_the_learning_rate() -> None:
    relative, absolute = (
        run_torch(optimized_update.Adam, **HYPER, weight_decay=decay)
        for decay in (WeightDecay(0.5), WeightDecay(0.125, absolute=True))
    )
    assert_close(relative, absolute)


def test_optimized_update_is_algorithm_1_with_a_larger_eps_at_first() -> None:
    got = run_torch(optimized_update.Adam, GRADIENTS[:1], **HYPER)
    scaled = {**HYPER, "eps": 0.125 / np.sqrt(1 - 0.75)}
    assert_close(got, run_torch(torch.optim.Adam, GRADIENTS[:1], **scaled))
    plain = run_torch(torch.optim.Adam, GRADIENTS[:1], **HYPER)
    assert np.abs(got[1] - plain[1]).max() > 1e6 * ROUNDING


def test_default_eps_of_the_optimized_update_is_its_models() -> None:
    assert optimized_update.Adam([torch.zeros(1)]).defaults["eps"] == 1e-16


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_wide_moments_are_no_narrower_than_float32(dtype: torch.dtype) -> None:
    parameter = torch.ones(2, dtype=dtype, requires_grad=True)
    parameter.grad = torch.ones_like(parameter)
    optimizer = correct_but_unusual.WideAdam([parameter])
    optimizer.step()
    expected = torch.float64 if dtype == torch.float64 else torch.float32
    assert optimizer.state[parameter]["exp_avg"].dtype == expected
    assert parameter.dtype == dtype


def moments_of_last_gradient(beta1: float, beta2: float) -> tuple[list[Array], list[Array]]:
    last = GRADIENTS[-1]
    return [beta1 * (1 - beta1) * g for g in last], [beta2 * (1 - beta2) * g**2 for g in last]


def test_tutorials_class_forgets_all_gradients_but_the_last() -> None:
    rows = GRADIENTS[-1:]
    got = run_torch(blog_class.AdamRepaired, rows, **HYPER)
    m, v = moments_of_last_gradient(0.5, 0.75)
    expected = [
        theta - 0.25 * (m / (1 - 0.5)) / np.sqrt(v / (1 - 0.75) + 0.125)
        for theta, m, v in zip(draw(0), m, v, strict=True)
    ]
    assert_close(got, expected)


def test_tutorials_class_as_printed_has_an_unbound_name() -> None:
    with pytest.raises(NameError, match="name 'step' is not defined"):
        run_torch(blog_class.AdamAsPrinted)


def test_tutorials_function_as_printed_indexes_an_empty_list() -> None:
    parameter = torch.ones(2, requires_grad=True)
    parameter.grad = torch.ones(2)
    with pytest.raises(IndexError, match="list assignment index out of range"):
        blog_function.adam_as_printed([parameter])


@pytest.mark.parametrize("steps", [1, 2, STEPS])
def test_tutorials_function_counts_steps_once_for_each_layer(steps: int) -> None:
    expected = draw(0)
    m, v = ([np.zeros_like(theta) for theta in expected] for _ in range(2))
    parameters = [torch.tensor(theta, requires_grad=True) for theta in expected]
    for number, row in enumerate(GRADIENTS[:steps], start=1):
        for i, g in enumerate(row):
            t = max(1, len(row) * (number - 2) + i + 2)
            m[i] = 0.5 * m[i] + 0.5 * g
            v[i] = 0.75 * v[i] + 0.25 * g**2
            root = np.sqrt(v[i] / (1 - 0.75**t) + 0.125)
            expected[i] = expected[i] - 0.25 * (m[i] / (1 - 0.5**t)) / root
            parameters[i].grad = torch.tensor(g)
        blog_function.adam_repaired(parameters, **HYPER, is_first=number == 1)  # type: ignore[arg-type]
    assert_close([parameter.detach().numpy() for parameter in parameters], expected)
