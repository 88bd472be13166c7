"""Adafactor and Muon are what PyTorch computes, option by option, on matrices of every shape."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from faithful import error_constant
from optimspec.reference import Experiment, error_limit, truth
from optimspec.spec import ALGORITHMS, EDITS, MalformedAlgorithm, Substitute
from optimspec.spec.algorithms.adafactor import rho
from optimspec.spec.symbols import t

torch = pytest.importorskip("torch")

MATRICES = [(3, 4), (4, 3), (1, 3), (3, 1), (1, 1), (2, 3, 4)]
VECTORS = [(5,), (1,), ()]
STEPS = 4


def edited(base, *edits):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


def is_faithful(algorithm, hyper, make, shape):
    """Whether the parameter of torch's is at every step where the equations say."""
    rng = np.random.default_rng([len(shape), *shape])
    theta0 = rng.standard_normal(shape)
    rows = tuple((rng.standard_normal(shape),) for _ in range(STEPS))
    experiment = Experiment((theta0,), rows, hyper, "float64")
    parameter = torch.tensor(theta0, requires_grad=True)
    optimizer = make([parameter])
    visited = []
    for (row,) in rows:
        parameter.grad = torch.tensor(row)
        optimizer.step()
        visited.append([parameter.detach().numpy().copy()])
    return error_constant(algorithm, experiment, visited) <= error_limit(algorithm)


ADAFACTOR = [
    ((), {}),
    ((), {"lr": 1.0, "beta2_decay": -0.5}),
    ((), {"d": 1.5, "eps": (0.5, 1.0)}),
    (("maximize",), {"maximize": True}),
    (("maximize",), {"maximize": True, "foreach": True}),
    ((), {"foreach": True}),
]


@pytest.mark.parametrize(
    ("base", "shape"),
    [("adafactor", shape) for shape in MATRICES]
    + [("adafactor-vector", shape) for shape in VECTORS],
)
@pytest.mark.parametrize(("edits", "options"), ADAFACTOR)
def test_torchs_adafactor_is_the_papers_with_eps_as_a_least_value(base, shape, edits, options):
    settings = {"lr": 0.01, "beta2_decay": -0.8, "eps": (1e-8, 1e-3), "d": 1.0, **options}
    names = {"alpha": "lr", "omega": "beta2_decay", "d": "d"}
    hyper = {name: settings[key] for name, key in names.items()}
    hyper |= dict(zip(("epsilon1", "epsilon2"), settings["eps"], strict=True))
    algorithm = edited(base, "adafactor-eps-clamps", *edits)

    assert is_faithful(algorithm, hyper, lambda p: torch.optim.Adafactor(p, **settings), shape)


MUON = [
    ((), {}),
    ((), {"lr": 1.0, "weight_decay": 0.0}),
    ((), {"eps": 2.0, "momentum": 0.5}),
    ((), {"ns_coefficients": (2.0, -1.5, 0.5)}),
    (("muon-without-nesterov",), {"nesterov": False}),
    (("muon-matched-to-adamw",), {"adjust_lr_fn": "match_rms_adamw"}),
]


@pytest.mark.parametrize("shape", MATRICES[:5])
@pytest.mark.parametrize(("edits", "options"), MUON)
def test_torchs_muon_is_jordans_with_eps_as_a_least_value(monkeypatch, shape, edits, options):
    """Its five steps are made in bfloat16; here its own code makes them in float64."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    settings = {"lr": 0.1, "weight_decay": 0.1, "momentum": 0.95, "eps": 1e-7, **options}
    names = {"alpha": "lr", "lambda": "weight_decay", "mu": "momentum", "epsilon0": "eps"}
    hyper = ALGORITHMS["muon"].defaults | {name: settings[key] for name, key in names.items()}
    hyper |= dict(zip(("a_ns", "b_ns", "c_ns"), options.get("ns_coefficients", ()), strict=False))
    algorithm = edited("muon", "muon-eps-clamps", *edits)

    assert is_faithful(algorithm, hyper, lambda p: torch.optim.Muon(p, **settings), shape)


def test_a_row_is_a_vector():
    """Algorithm 4 on a matrix of one row is Algorithm 5: the rows' factor cancels."""
    rng = np.random.default_rng(0)
    theta0, rows = rng.standard_normal(5), rng.standard_normal((STEPS, 5))
    hyper = {**ALGORITHMS["adafactor"].defaults, "alpha": 1.0, "epsilon1": 0.25}
    vector, matrix = (
        Experiment((theta0.reshape(s),), tuple((x.reshape(s),) for x in rows), hyper, "float64")
        for s in ((5,), (1, 5))
    )
    one = truth(ALGORITHMS["adafactor-vector"], vector)[0]["theta"]
    other = truth(ALGORITHMS["adafactor"], matrix)[0]["theta"]

    np.testing.assert_array_equal(one.high, other.high[:, 0])
    np.testing.assert_array_equal(one.low, other.low[:, 0])


def test_an_edit_that_leaves_no_value_to_compare_is_refused():
    stays = Substitute(1 / sympy.sqrt(t), 1 / (t - t), within=(rho,))

    with pytest.raises(MalformedAlgorithm, match="must have a value"):
        stays.apply(ALGORITHMS["adafactor"].equations)


def test_no_variable_is_defined_twice():
    shampoo = ALGORITHMS["shampoo"]
    again = (shampoo.equations[0], *shampoo.equations)

    with pytest.raises(MalformedAlgorithm, match="defines L again"):
        replace(shampoo, equations=again)
