"""The family of momentum is what PyTorch computes, option by option."""

import numpy as np
import pytest
from sympy import Integer, Rational

from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.algorithms.sgd import MOMENTUM, NESTEROV, SGD
from optimspec.spec.exact import exact_run
from optimspec.spec.known.momentum import LR_INSIDE_VELOCITY
from optimspec.spec.symbols import alpha, lam, mu, tau

torch = pytest.importorskip("torch")

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
EXACT = {alpha: HALF, mu: HALF, tau: QUARTER, lam: QUARTER}
GRADIENTS = [Integer(n) for n in (3, -5, 0, 2)]
"""Four steps of these are exact in double precision too."""


def edited(base, *edits):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


def by_torch(**options):
    """The parameter before the first of torch's steps and after each."""
    parameter = torch.ones((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.5, **options)
    visited = [parameter.item()]
    for gradient in GRADIENTS:
        parameter.grad = torch.tensor(float(gradient), dtype=torch.float64)
        optimizer.step()
        visited.append(parameter.item())
    return visited


OPTIONS = [
    ("sgd", (), {}),
    ("sgd", ("heavy-ball",), {"momentum": 0.5}),
    ("sgd", ("l2-weight-decay", "maximize"), {"weight_decay": 0.25, "maximize": True}),
    ("momentum", (), {"momentum": 0.5}),
    ("momentum", ("dampening",), {"momentum": 0.5, "dampening": 0.25}),
    ("momentum", ("dampening-as-momentum",), {"momentum": 0.5, "dampening": 0.5}),
    ("momentum", ("nesterov-momentum",), {"momentum": 0.5, "nesterov": True}),
    ("momentum", ("l2-weight-decay",), {"momentum": 0.5, "weight_decay": 0.25}),
    ("nesterov", (), {"momentum": 0.5, "nesterov": True}),
    ("nesterov", ("maximize",), {"momentum": 0.5, "nesterov": True, "maximize": True}),
]


@pytest.mark.parametrize(("base", "edits", "options"), OPTIONS)
def test_torchs_options_are_these_algorithms_and_edits(base, edits, options):
    visited = exact_run(edited(base, *edits), Integer(1), GRADIENTS, EXACT)

    np.testing.assert_array_equal(by_torch(**options), [float(x) for x in visited])


def test_options_lead_from_one_algorithm_to_the_next():
    assert edited("sgd", "heavy-ball").equations == MOMENTUM.equations
    assert [e.rhs for e in edited("momentum", "nesterov-momentum").equations] == [
        e.rhs for e in NESTEROV.equations
    ]


@pytest.mark.parametrize("base", [MOMENTUM, NESTEROV], ids=lambda a: a.name)
def test_where_the_step_size_is_matters_only_when_it_changes(base):
    inside = base.edited(LR_INSIDE_VELOCITY)
    first, second = (exact_run(a, Integer(1), GRADIENTS, EXACT) for a in (base, inside))

    assert first == second
    assert base.equations != inside.equations


@pytest.mark.parametrize("edit", ["eps-hat", "betas-swapped", "no-bias-correction", "amsgrad"])
@pytest.mark.parametrize("base", [SGD, MOMENTUM, NESTEROV], ids=lambda a: a.name)
def test_edits_of_adams_moments_are_none_of_sgd(base, edit):
    assert not EDITS[edit].applies_to(base)
