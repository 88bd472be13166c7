from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimspec.conformance.measure import ratios
from optimspec.conformance.search import experiments
from optimspec.reference import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FORMATS,
    Bounds,
    Experiment,
    Rounded,
    error_limit,
    run,
    truth,
)
from optimspec.reference.trajectory import history
from optimspec.spec import ALGORITHMS, EDITS

ADAM = ALGORITHMS["adam"]
SETTABLE = frozenset(ADAM.defaults)
EDITED = [ADAM, *(ADAM.edited(EDITS[i]) for i in (
    "eps-hat", "eps-inside-root", "no-bias-correction", "l2-weight-decay",
    "decoupled-weight-decay", "maximize", "gradient-not-squared",
))]  # fmt: skip


def error_constant(algorithm, experiment, state=None):
    """The largest error of the faithful evaluation, in units of the bound."""
    parameter, state = experiment.arithmetic, state or {}
    kept = {"theta": parameter, **state}
    arithmetic = max([parameter, *state.values()], key=lambda f: f.precision)
    rounded = run(algorithm, Rounded(arithmetic, kept), experiment)
    bounded = run(algorithm, Bounds(parameter, state), experiment)
    exact = truth(algorithm, experiment)
    worst = 0.0
    for at, parameter_truth in enumerate(exact):
        for name, true in parameter_truth.items():
            got = np.array([np.asarray(x) for x in history(rounded, at, name)])
            most = np.array([x.bound for x in history(bounded, at, name)])
            worst = max(worst, ratios(true.error(got), most).max())
    return worst


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_faithful_evaluation_is_within_the_bound(name, data):
    """The theorem behind every verdict: rounding each operation once never exceeds E."""
    algorithm = data.draw(st.sampled_from(EDITED))
    defaults = {**ADAM.defaults, "lambda": 0.1}
    experiment = data.draw(experiments(defaults, SETTABLE | {"lambda"}, name, claimed=ADAM))

    assert error_constant(algorithm, experiment) <= 1


@pytest.mark.parametrize("name", ["float64", "float32"])
@settings(max_examples=10, deadline=None, derandomize=True)
@given(data=st.data())
def test_an_evaluation_without_subnormal_numbers_is_within_its_bound(name, data):
    """Operands and results below the normal range are zero, in sums too."""
    algorithm = data.draw(st.sampled_from(EDITED))
    defaults = {**ADAM.defaults, "lambda": 0.1}
    drawn = data.draw(experiments(defaults, SETTABLE | {"lambda"}, name, claimed=ADAM))
    lowest = FORMATS[name].smallest_normal
    small = FORMATS[name].round(2 * lowest * np.sign(drawn.theta0[0]))
    experiment = replace(drawn, theta0=(small, *drawn.theta0[1:]), flushed=frozenset({name}))

    assert error_constant(algorithm, experiment) <= 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_flushed_step_is_beyond_the_bound_of_those_that_are_not(name):
    """Half of the smallest normal number is lost; with subnormal numbers it is exact."""
    least = FORMATS[name].smallest_normal
    inputs = (np.zeros(1),), ((np.array([least]),),), {"alpha": 0.5}, name
    sgd, kept, flushed = (
        ALGORITHMS["sgd"],
        Experiment(*inputs),
        Experiment(*inputs, {}, frozenset({name})),
    )
    (got,), (plain,) = (
        run(sgd, Rounded(e.arithmetic, {"theta": e.arithmetic}), e)[-1] for e in (flushed, kept)
    )
    bound = {
        e: run(sgd, Bounds(e.arithmetic, {}), e)[-1][0]["theta"].bound for e in (flushed, kept)
    }

    assert (got["theta"], plain["theta"]) == (0, -least / 2)
    assert error_limit(sgd) * bound[kept] < least / 2 <= bound[flushed]


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_a_root_of_what_rounding_may_make_negative_is_anything(name):
    """Of a variance that fades, rounding decides the sign; of a sum of squares it does not."""
    centered = ALGORITHMS["rmsprop"].edited(EDITS["centered"])
    gradient = FORMATS[name].round(np.random.default_rng(0).standard_normal(50))
    hyper = {**centered.defaults, "rho": 0.5, "epsilon": 0.5}
    experiment = Experiment((np.zeros(50),), ((gradient,),) * 30, hyper, name)
    faithful = run(centered, Rounded(FORMATS[name], {"theta": FORMATS[name]}), experiment)

    assert np.isnan(faithful[-1][0]["theta"]).any()
    assert error_constant(centered, experiment) <= 1

    plain = run(ADAM, Bounds(FORMATS[name], {}), replace(experiment, hyper=ADAM.defaults))
    assert np.isfinite(plain[-1][0]["theta"].bound).all()


@pytest.mark.parametrize("state", [FLOAT32, BFLOAT16], ids=lambda f: f.name)
@pytest.mark.parametrize("parameter", [FLOAT32, BFLOAT16, FLOAT16], ids=lambda f: f.name)
def test_state_in_another_format_is_within_its_bound(make_experiment, parameter, state):
    experiment = make_experiment(parameter.name, steps=20)

    assert error_constant(ADAM, experiment, {"m": state, "v": state}) <= 1


@pytest.mark.parametrize("name", FORMATS)
def test_the_bound_is_not_idle(make_experiment, name):
    """It is near what a faithful evaluation really loses: within a factor of ten."""
    assert error_constant(ADAM, make_experiment(name, steps=20)) > 0.1


def test_coarser_state_widens_the_bound_of_the_state(make_experiment):
    experiment = make_experiment("float32")
    fine = run(ADAM, Bounds(FLOAT32, {}), experiment)[-1][0]["m"].bound
    coarse = run(ADAM, Bounds(FLOAT32, {"m": BFLOAT16}), experiment)[-1][0]["m"].bound

    assert (coarse > 100 * fine).all()


def test_first_order_bound_is_the_sum_of_partial_derivatives(make_experiment):
    """E[m_1] written out: the factor 1-beta1, the product, the sum, the increment from zero."""
    experiment = make_experiment("float32", steps=1)
    g, u = np.abs(experiment.gradients[0][0]), FLOAT32.unit_roundoff
    term = (1 - 0.9) * g

    bound = run(ADAM, Bounds(FLOAT32, {}), experiment)[0][0]["m"].bound

    assert np.all(4 * u * term < bound)
    assert np.all(bound < ((1 + u) ** 4 - 1) * term)


def test_a_zero_gradient_is_exact_where_eps_can_be_told_from_zero(make_experiment):
    zeros = make_experiment("float32", steps=3)
    zeros = zeros.__class__(
        zeros.theta0, tuple((np.zeros(8),) for _ in range(3)), zeros.hyper, "float32"
    )

    last = run(ADAM, Bounds(FLOAT32, {}), zeros)[-1][0]["theta"]

    u = FLOAT32.unit_roundoff
    assert (last.bound <= (3 + 8 * u) * (u * np.abs(zeros.theta0[0]) + 2.0**-149)).all()


def test_a_denominator_that_may_be_zero_is_unbounded(make_experiment):
    """In float16 eps = 1e-8 is zero, and 0/0 is not a number: anything may come out."""
    zeros = make_experiment("float16", steps=1)
    zeros = zeros.__class__(zeros.theta0, ((np.zeros(8),),), zeros.hyper, "float16")

    assert np.isinf(run(ADAM, Bounds(FLOAT16, {}), zeros)[0][0]["theta"].bound).all()


@pytest.mark.parametrize(
    ("edit", "limit"),
    [(None, 8), ("eps-inside-root", 8), ("decoupled-weight-decay", 10), ("root-missing", 6)],
)
def test_the_limit_counts_the_roundings_of_the_longest_equation(edit, limit):
    assert error_limit(ADAM.edited(EDITS[edit]) if edit else ADAM) == limit


def test_a_power_with_any_exponent_is_bounded():
    """Hyperparameters that are exchanged may stand in an exponent: t^beta, or a tensor's."""
    b = Bounds(FLOAT32, {})
    x = b.tensor(np.array([0.5, 2.0, -1.0]))

    for power in (b.scalar(0.25) ** x, x ** b.scalar(0.25)):
        exact = np.asarray(power.value)
        assert np.all((power.bound >= 2**-24 * np.abs(exact)) | np.isnan(exact))
    assert np.isinf((x ** b.scalar(0.25)).bound[2])
    root = 3 ** b.scalar(0.25)
    assert abs(root.value - 3**0.25) <= 2 * root.bound
