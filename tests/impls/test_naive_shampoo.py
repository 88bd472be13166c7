"""Shampoo in torch computes what its equations say, and shows its state."""

import numpy as np
import pytest
import torch

from optimspec.conformance.measure import compare
from optimspec.conformance.observe import observe
from optimspec.impls.adapters.torch_optimizer import adapt
from optimspec.impls.naive_shampoo import Shampoo
from optimspec.reference import FORMATS, Experiment, error_limit
from optimspec.spec import ALGORITHMS

SHAMPOO = ALGORITHMS["shampoo"]
SHAPES = ((4, 3), (1, 5), (2, 3, 2))


def experiment(name, steps=6):
    into, rng = FORMATS[name], np.random.default_rng(0)
    theta0, *rows = (
        tuple(into.round(rng.standard_normal(shape)) for shape in SHAPES) for _ in range(steps + 1)
    )
    return Experiment(theta0, tuple(rows), {"alpha": 0.0625, "epsilon": 0.25}, name)


@pytest.mark.parametrize("variable", ["theta", "L", "R"])
@pytest.mark.parametrize("name", ["float64", "float32"])
def test_it_is_its_specification_within_rounding(name, variable):
    target = adapt(Shampoo, {}, "naive_shampoo:Shampoo")
    observation = observe(target, experiment(name))
    found = compare(SHAMPOO, observation, error_limit(SHAMPOO), variable)

    assert observation.shows(variable)
    assert found.undecided == 0
    assert 0 < found.k <= error_limit(SHAMPOO)


def test_it_claims_shampoo_in_the_formats_that_torch_has_eigenvalues_in():
    target = adapt(Shampoo, {}, "naive_shampoo:Shampoo")

    assert target.claim == "shampoo"
    assert target.capabilities.formats == ("float64", "float32")
    assert target.hyperparameters == SHAMPOO.defaults


def test_what_overflows_has_no_root():
    theta = torch.zeros(2, 2, requires_grad=True)
    theta.grad = torch.full((2, 2), 1e30)
    Shampoo([theta]).step()

    assert theta.isnan().all()
