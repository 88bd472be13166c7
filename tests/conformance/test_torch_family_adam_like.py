"""torch.optim's Adamax, NAdam and RAdam: where they lose digits, and where they are undefined."""

from functools import cache

import numpy as np
import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.load import load
from optimspec.conformance.measure import compare
from optimspec.reference import FORMATS, error_limit
from optimspec.spec import ALGORITHMS

torch = pytest.importorskip("torch")

CASES = ("exact-scalars", "decaying", "settings-change", "shapes")


def bench(name, options, *formats):
    target = load(f"torch.optim:{name}", options)
    return Bench(target, ALGORITHMS[name.lower()], formats, seed=0)


def worst(made, algorithm):
    """The largest error constant on the cases."""
    cases = [made.case(case, made.finest) for case in CASES]
    runs = [made.observe(case.experiment) for case in cases if case]
    return max(compare(algorithm, run, error_limit(algorithm)).k for run in runs)


def stepped(name, gradients, format="float64", **options):
    """A parameter of 1 and its optimizer after these steps."""
    dtype = getattr(torch, format)
    parameter = torch.ones(1, dtype=dtype, requires_grad=True)
    optimizer = getattr(torch.optim, name)([parameter], lr=1.0, **options)
    for gradient in gradients:
        parameter.grad = torch.full((1,), gradient, dtype=dtype)
        optimizer.step()
    return parameter, optimizer


@cache
def k_of_nadam(default):
    """The error constant in float64, with that default format of tensors."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(default)
    try:
        return worst(bench("NAdam", {}, "float64"), ALGORITHMS["nadam"])
    finally:
        torch.set_default_dtype(before)


def test_nadam_keeps_its_product_in_the_default_format_and_so_loses_digits_in_float64():
    limit = error_limit(ALGORITHMS["nadam"])
    (state,) = stepped("NAdam", [1.0])[1].state.values()

    assert (state["mu_product"].dtype, state["exp_avg"].dtype) == (torch.float32, torch.float64)
    assert k_of_nadam(torch.float64) <= limit < k_of_nadam(torch.float32)


@pytest.mark.parametrize(
    ("format", "resumes"), [("float64", False), ("float32", True), ("bfloat16", False)]
)
def test_nadam_resumes_only_where_loading_leaves_its_product_as_it_is(format, resumes):
    parameter, optimizer = stepped("NAdam", [1.0, 0.5, 2.0], format)
    saved = optimizer.state_dict()
    other = parameter.detach().clone().requires_grad_()
    resumed = torch.optim.NAdam([other], lr=1.0)
    resumed.load_state_dict(saved)
    before, after = (
        o.state[p]["mu_product"] for o, p in ((optimizer, parameter), (resumed, other))
    )

    assert (after.dtype == before.dtype) is resumes
    assert (after == before.to(after.dtype)).all()
    # Loaded into float64, the product is multiplied in it from here on; into bfloat16, rounded.
    product = [before.item(), after.item()]
    assert (product[0] == product[1]) is (format != "bfloat16")


def test_foreach_radam_divides_zero_by_zero_where_the_loop_does_not():
    for options in ({"format": "float16"}, {"format": "float64", "eps": 0.0}):
        loop, foreach = (
            stepped("RAdam", [0.0], foreach=foreach, **options)[0].item()
            for foreach in (False, True)
        )
        assert (loop, np.isnan(foreach)) == (1.0, True)


def test_foreach_radam_is_undefined_in_float16_for_small_gradients_too():
    largest = 5e-3  # of 0.001 g^2 float16 keeps nothing below this
    assert 0.001 * largest**2 < FORMATS["float16"].underflow

    assert np.isnan(stepped("RAdam", [largest], "float16", foreach=True)[0].item())


@pytest.mark.parametrize("name", ["NAdam", "RAdam"])
def test_decoupled_decay_does_nothing_in_bfloat16_where_its_factor_rounds_to_one(name):
    """With a rate of 1 the factor is 1 - lambda; neighbours of 1 below are 2^-8 away."""
    options = {"decoupled_weight_decay": True}
    for decay, moves in ((2**-10, False), (2**-7, True)):
        parameter = stepped(name, [0.0], "bfloat16", weight_decay=decay, **options)[0]
        assert (parameter.item() != 1.0) is moves


@pytest.mark.parametrize("name", ["Adamax", "NAdam"])
def test_a_gradient_of_zeros_is_too_much_in_float16(name):
    """1e-8, which should keep the denominator from zero, is zero."""
    assert np.isnan(stepped(name, [0.0], "float16")[0].item())
    assert stepped(name, [0.0], "bfloat16")[0].item() == 1.0


def test_cases_vary_the_eps_that_torchs_adamax_adds():
    cases = bench("Adamax", {}, "float64").cases("float64")

    assert {0.0, 0.5} < {case.experiment.hyper["epsilon"] for case in cases}
