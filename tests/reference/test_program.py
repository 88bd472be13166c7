from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import sympy

from optimspec.conformance.reckoned import bounds
from optimspec.reference import FLOAT64, Bounds, Float64, Rounded, error_limit, lower, run, truth
from optimspec.spec import ALGORITHMS, EditDoesNotApply, Replace, edits_of
from optimspec.spec.algorithms.adam import m
from optimspec.spec.operations import TensorOperation
from optimspec.spec.symbols import beta1, t


def applicable(base):
    """Every edit of ``base``, but for those that need a hyperparameter it lacks."""
    for edit in edits_of(base):
        with suppress(EditDoesNotApply):
            yield pytest.param(base.edited(edit), id=f"{base.name}-{edit.id}")


EDITED = [algorithm for base in ALGORITHMS.values() for algorithm in applicable(base)]


def test_the_program_of_adam_has_a_line_for_every_equation(adam):
    source = lower(adam).source

    assert "m = A.store('m', beta1*m_prev + g*(1 - beta1), m_prev)" in source
    assert "m_hat = A.divide(m, 1 - beta1**t)" in source
    assert "epsilon + A.sqrt(v_hat)" in source


GIVEN = {"g": -1.5, "t": 3, "i": 1, "P": 2, "rows": 1, "columns": 1}
"""What a step is made of beside the state, the parameter and the hyperparameters."""


def exact(number):
    """A double as SymPy's number, to 30 digits."""
    return sympy.Float(number, 30)


def evaluated(algorithm, kept, hyper):
    """What SymPy makes of the equations, one after the other, to 30 digits."""
    values = {sympy.Symbol(f"{n}_prev", real=True): exact(x) for n, x in kept.items()}
    values |= {h.symbol: exact(hyper[h.name]) for h in algorithm.hyperparameters}
    found = {}
    for equation in algorithm.equations:
        rhs = equation.rhs.replace(
            lambda part: isinstance(part, TensorOperation), lambda part: part.of_one_element()
        )
        symbols = [s for s in equation.rhs.free_symbols if s.name in GIVEN]
        named = {s: sympy.Rational(GIVEN[s.name]) for s in symbols}
        found[equation.lhs] = rhs.xreplace({**values, **found, **named}).evalf(30)
    return {variable.name: value for variable, value in found.items()}


def stepped(algorithm, arithmetic, kept, hyper):
    """The same step by the program."""
    shape = (1, 1) if algorithm.needs_matrices else (1,)
    before = {n: arithmetic.tensor(np.full(shape, x)) for n, x in kept.items()}
    numbers = {n: arithmetic.scalar(x) for n, x in hyper.items()}
    gradient = arithmetic.tensor(np.full(shape, GIVEN["g"]))
    with np.errstate(all="ignore"):  # in a case that is not chosen
        return lower(algorithm).step(
            arithmetic, before, numbers, gradient, at=(3, 1, 2), shape=shape
        )


@pytest.mark.parametrize("algorithm", EDITED)
def test_programs_agree_with_sympy(algorithm):
    """One step of every edited algorithm, beside SymPy's own evaluation of its equations.

    The parameter has one element, of which sums and means are this itself.
    """
    hyper = {h.name: float(sympy.Rational(h.exact or h.default)) for h in algorithm.hyperparameters}
    kept = {s.variable.name: 2.0 for s in algorithm.state} | {"m": 0.5, "b": 0.5, "theta": 3.0}
    got, off = (stepped(algorithm, a, kept, hyper) for a in (Float64(), Bounds(FLOAT64, {})))

    true = evaluated(algorithm, kept, hyper)
    for name in got.keys() & true.keys():
        value = got[name].item()
        if sympy.im(true[name]) == 0:
            error = float(abs(exact(value) - true[name]))
            assert error <= error_limit(algorithm) * off[name].bound.item() < np.inf
        else:
            assert np.isnan(value)


def test_a_parameter_without_gradient_sits_out_and_keeps_its_own_step_count(adam, make_experiment):
    base = make_experiment(steps=3, elements=2)
    rows = [row[0] for row in base.gradients]
    paused = base.__class__(
        (base.theta0[0],) * 2,
        ((rows[0], rows[0]), (rows[1], None), (rows[2], rows[1])),
        base.hyper,
        "float64",
    )

    steps = run(adam, Float64(), paused)

    assert np.array_equal(steps[0][1]["theta"], steps[1][1]["theta"])
    assert np.array_equal(steps[2][1]["theta"], steps[1][0]["theta"])


@pytest.mark.parametrize("value", [sympy.Integer(0), beta1, t / 3])
@pytest.mark.parametrize("name", ["float64", "bfloat16"])
def test_a_variable_that_is_the_same_for_every_element_is_kept_for_each(
    adam, make_experiment, value, name
):
    flat = replace(adam, equations=Replace(m, value).apply(adam.equations))
    experiment = make_experiment(name, steps=2, elements=3)
    (true,), (bound,) = truth(flat, experiment), bounds(flat, experiment)

    for arithmetic in (Float64(), Rounded(experiment.arithmetic, {})):
        kept = [np.asarray(row[0]["m"]) for row in run(flat, arithmetic, experiment)]
        error = np.abs(np.array(kept) - true["m"].high)
        assert true["m"].high.shape == error.shape == (2, 3)
        assert np.all(error <= bound["m"])
