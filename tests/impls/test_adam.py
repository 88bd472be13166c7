"""Implementations of Adam compute what their equations say, right ones and wrong ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from faithful import error_constant
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
from optimspec.reference import Experiment, error_limit
from optimspec.spec import ALGORITHMS, EDITS

STEPS = 12
HYPER = {"lr": 0.25, "betas": (0.5, 0.75), "eps": 0.125}
"""A large eps and betas far from 1 make every misplaced term show."""

SHAPES = ((), (3,), (2, 3), (0,))
RIGHT = [
    torch.optim.Adam,
    naive_torch.NaiveAdam,
    correct_but_unusual.LerpAdam,
    correct_but_unusual.FoldedAdam,
    correct_but_unusual.WideAdam,
    correct_but_unusual.UnnamedStateAdam,
]


def draw(seed: int) -> list[Array]:
    generator = np.random.default_rng(seed)
    return [generator.standard_normal(shape) for shape in SHAPES]


GRADIENTS = [draw(seed) for seed in range(1, STEPS + 1)]


Visited = list[list[Array]]
"""The parameters after each step."""


def measured(visited: Visited, keywords: dict[str, Any], *edits: str) -> float:
    """The error of a run of Adam so edited, as a share of what a faithful run's may be."""
    algorithm = ALGORITHMS["adam"].edited(*(EDITS[edit] for edit in edits))
    given = {**keywords, **dict(zip(("beta1", "beta2"), keywords.get("betas", ()), strict=False))}
    names = {"lr": "alpha", "eps": "epsilon", "weight_decay": "lambda"}
    hyper = {names.get(key, key): value for key, value in given.items() if key != "betas"}
    rows = tuple(tuple(row) for row in GRADIENTS[: len(visited)])
    experiment = Experiment(tuple(draw(0)), rows, {**algorithm.defaults, **hyper}, "float64")
    return error_constant(algorithm, experiment, visited) / error_limit(algorithm)


def run_torch(
    make: Callable[..., torch.optim.Optimizer], steps: int = STEPS, **keywords: Any
) -> Visited:
    parameters = [torch.tensor(a, requires_grad=True) for a in draw(0)]
    optimizer = make(parameters, **keywords)
    visited = []
    for row in GRADIENTS[:steps]:
        for parameter, gradient in zip(parameters, row, strict=True):
            parameter.grad = torch.tensor(gradient)
        optimizer.step()
        visited.append([parameter.detach().numpy().copy() for parameter in parameters])
    return visited


@pytest.mark.parametrize("make", RIGHT)
@pytest.mark.parametrize("keywords", [{}, HYPER])
def test_right_ones_compute_algorithm_1(make: Any, keywords: dict[str, Any]) -> None:
    assert measured(run_torch(make, **keywords), keywords) <= 1


@pytest.mark.parametrize("keywords", [{}, HYPER])
def test_numpys_computes_algorithm_1(keywords: dict[str, Any]) -> None:
    parameters = draw(0)
    optimizer = naive_numpy.NaiveAdam(parameters, **keywords)
    visited = []
    for row in GRADIENTS:
        optimizer.step(row)
        visited.append([parameter.copy() for parameter in parameters])
    assert measured(visited, keywords) <= 1


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
    ("decay", "edits"),
    [
        (WeightDecay(), ()),
        (WeightDecay(0.5, decoupled=False), ("l2-weight-decay",)),
        (WeightDecay(0.5), ("decoupled-weight-decay",)),
        (WeightDecay(0.125, absolute=True), ("decoupled-weight-decay",)),
    ],
    ids=["none", "L2", "decoupled", "without the learning rate"],
)
def test_plain_update_decays_weights_as_asked(decay: WeightDecay, edits: tuple[str, ...]) -> None:
    got = run_torch(optimized_update.Adam, **HYPER, weight_decay=decay, optimized_update=False)
    assert measured(got, {**HYPER, "weight_decay": 0.5} if edits else HYPER, *edits) <= 1


def test_optimized_update_is_algorithm_1_with_a_larger_eps_at_first() -> None:
    got = run_torch(optimized_update.Adam, steps=1, **HYPER)
    assert measured(got, {**HYPER, "eps": 0.125 / np.sqrt(1 - 0.75)}) <= 1
    assert measured(got, HYPER) > 1e6


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


def test_tutorials_class_forgets_all_gradients_but_the_last() -> None:
    forgotten = ("first-moment-without-history", "second-moment-without-history")
    got = run_torch(blog_class.AdamRepaired, **HYPER)
    assert measured(got, HYPER, *forgotten, "eps-inside-root") <= 1


def test_tutorials_class_as_printed_has_an_unbound_name() -> None:
    with pytest.raises(NameError, match="name 'step' is not defined"):
        run_torch(blog_class.AdamAsPrinted)


def test_tutorials_function_as_printed_indexes_an_empty_list() -> None:
    parameter = torch.ones(2, requires_grad=True)
    parameter.grad = torch.ones(2)
    with pytest.raises(IndexError, match="list assignment index out of range"):
        blog_function.adam_as_printed([parameter])


def test_tutorials_function_counts_steps_once_for_each_layer() -> None:
    parameters = [torch.tensor(theta, requires_grad=True) for theta in draw(0)]
    visited = []
    for row in GRADIENTS:
        for parameter, gradient in zip(parameters, row, strict=True):
            parameter.grad = torch.tensor(gradient)
        blog_function.adam_repaired(parameters, **HYPER, is_first=not visited)  # type: ignore[arg-type]
        visited.append([parameter.detach().numpy().copy() for parameter in parameters])
    assert measured(visited, HYPER, "step-counter-per-parameter-reset", "eps-inside-root") <= 1
