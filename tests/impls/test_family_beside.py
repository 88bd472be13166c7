"""Implementations of the algorithms that torch.optim lacks compute what their equations say."""

import numpy as np
import pytest
import torch

from faithful import error_constant
from optimspec.impls.naive_adaptive import AdaBelief, AdamAtan2, Yogi
from optimspec.impls.naive_sign import LerpSignum, Lion, SignSGD, Signum
from optimspec.impls.naive_trust import LAMB, LARS
from optimspec.reference import Experiment, error_limit
from optimspec.spec import ALGORITHMS

STEPS = 12
SHAPES = ((), (3,), (2, 3))
BETAS = {"beta1": 0.5, "beta2": 0.75}
TORCH_BETAS = {"betas": (0.5, 0.75)}
BESIDE = [
    (Lion, "lion", {**TORCH_BETAS, "weight_decay": 0.5}, {**BETAS, "lambda": 0.5}),
    (SignSGD, "signsgd", {}, {}),
    (Signum, "signum", {"momentum": 0.75}, {"mu": 0.75}),
    (LerpSignum, "signum", {"momentum": 0.75}, {"mu": 0.75}),
    (
        LAMB,
        "lamb",
        {**TORCH_BETAS, "eps": 0.125, "weight_decay": 0.5},
        {**BETAS, "epsilon": 0.125, "lambda": 0.5},
    ),
    (
        LARS,
        "lars",
        {"momentum": 0.75, "weight_decay": 0.5, "trust_coefficient": 0.25},
        {"mu": 0.75, "lambda": 0.5, "zeta": 0.25},
    ),
    (AdaBelief, "adabelief", {**TORCH_BETAS, "eps": 0.125}, {**BETAS, "epsilon": 0.125}),
    (Yogi, "yogi", {**TORCH_BETAS, "eps": 0.125}, {**BETAS, "epsilon": 0.125}),
    (AdamAtan2, "adam-atan2", TORCH_BETAS, BETAS),
]
"""What each is called with, and the same by the names of its specification."""

EACH = pytest.mark.parametrize(
    ("make", "spec", "keywords", "hyper"), BESIDE, ids=[make.__name__ for make, *_ in BESIDE]
)


def drawn(seed):
    generator = np.random.default_rng(seed)
    return tuple(generator.standard_normal(shape) for shape in SHAPES)


GRADIENTS = tuple(drawn(seed) for seed in range(1, STEPS + 1))


def visited(make, keywords):
    parameters = [torch.tensor(start, requires_grad=True) for start in drawn(0)]
    optimizer = make(parameters, **keywords)
    for row in GRADIENTS:
        for parameter, gradient in zip(parameters, row, strict=True):
            parameter.grad = torch.tensor(gradient)
        optimizer.step()
        yield [parameter.detach().numpy().copy() for parameter in parameters]


@EACH
@pytest.mark.parametrize("usual", [True, False], ids=["as it comes", "other settings"])
def test_it_is_its_specification_step_by_step(make, spec, keywords, hyper, usual):
    own = ALGORITHMS[spec].defaults
    if usual:
        keywords = {"weight_decay": own["lambda"]} if "lambda" in own else {}
        hyper = {}
    else:
        keywords, hyper = {**keywords, "lr": 0.25}, {**hyper, "alpha": 0.25}
    algorithm = ALGORITHMS[spec]
    experiment = Experiment(drawn(0), GRADIENTS, {**own, **hyper}, "float64")

    assert error_constant(algorithm, experiment, visited(make, keywords)) <= error_limit(algorithm)


@EACH
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_state_has_the_format_of_its_parameter(make, spec, keywords, hyper, dtype):
    parameter = torch.ones(2, dtype=dtype, requires_grad=True)
    parameter.grad = torch.ones_like(parameter)
    optimizer = make([parameter], **keywords)
    optimizer.step()

    kept = [x for x in optimizer.state[parameter].values() if isinstance(x, torch.Tensor)]
    assert {parameter.dtype, *(x.dtype for x in kept)} == {dtype}


@pytest.mark.parametrize("make", [LAMB, LARS])
@pytest.mark.parametrize("zero", ["parameter", "gradient"])
def test_what_is_zero_is_no_obstacle(make, zero):
    parameter = torch.zeros(2) if zero == "parameter" else torch.ones(2)
    parameter.requires_grad_()
    parameter.grad = torch.zeros(2) if zero == "gradient" else torch.ones(2)
    make([parameter], lr=0.5, weight_decay=0.0).step()

    assert torch.isfinite(parameter).all()
    assert (parameter < 0).all() == (zero == "parameter")
