"""The closed loop: the gradient is computed from the parameters, in every arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from optimspec.conformance.train_check import closed_loop
from optimspec.reference import FLOAT64, FORMATS, Bounds, Float64, Rounded, run, truth
from optimspec.reference.limits import roundings
from optimspec.reference.training import Training, loss, training_limit
from optimspec.spec import ALGORITHMS, TASKS
from optimspec.spec.tasks import CUBIC, LINEAR, ROSENBROCK

ADAM, SGD = ALGORITHMS["adam"], ALGORITHMS["sgd"]


def training(task="linear", format="float64", length=20, algorithm=SGD, **hyper):
    """A run on y = 2x + 1 at x = 0..10, on two noisy classes, or from a surface's start."""
    into, rng = FORMATS[format], np.random.default_rng(0)
    known = TASKS[task]
    x = np.arange(11.0)
    plane = into.round(rng.standard_normal((12, 2)))
    label = (plane @ [1.0, -1.0] + 0.5 * rng.standard_normal(12) > 0) * 1.0
    data = {"x": x, "y": 2 * x + 1, "x1": plane[:, 0], "x2": plane[:, 1]}
    data |= {"y": label} if task == "logistic" else {}
    shapes = [p.shape if not algorithm.needs_matrices else (1, len(p.elements)) for p in
              known.parameters]  # fmt: skip
    theta0 = tuple(
        into.round(np.array(p.start or [0.25, -0.5][: len(p.elements)], float).reshape(shape))
        for p, shape in zip(known.parameters, shapes, strict=True)
    )
    rates = {"linear": 2**-7, "logistic": 0.5, "rosenbrock": 2**-10, "beale": 2**-7, "cubic": 2**-7}
    settings = {**algorithm.defaults, "alpha": rates[task], **hyper}
    own = {s.name: data[s.name] for s in known.data}
    return Training(known, own, theta0, settings, format, length)


def rounded(algorithm, experiment):
    """The parameters of a run in which every operation, the gradient's too, is rounded once."""
    steps = run(algorithm, Rounded(experiment.arithmetic, {}), experiment)
    return [[np.asarray(kept["theta"]) for kept in row] for row in steps]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("task", TASKS)
def test_a_faithful_run_of_any_task_is_within_the_bound(task, format):
    for algorithm in (ALGORITHMS["nesterov"], ADAM):
        experiment = training(task, format, 10, algorithm)

        assert closed_loop(algorithm, experiment, rounded(algorithm, experiment)).k <= 1


@pytest.mark.parametrize("format", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_faithful_run_of_any_algorithm_is_within_the_bound(name, format):
    algorithm = ALGORITHMS[name]
    experiment = training("linear", format, 5, algorithm, alpha=2**-10)

    assert closed_loop(algorithm, experiment, rounded(algorithm, experiment)).k <= 1


def test_gradient_descent_on_a_parabola_has_a_closed_form():
    """theta_t = theta* + (I - alpha H)^t (theta_0 - theta*), in rational numbers."""
    experiment = training(length=100)
    x, w, b = sympy.Rational, *LINEAR.elements
    examples = [(x(i), x(2 * i + 1)) for i in range(11)]
    parabola = sum((w * at + b - y) ** 2 for at, y in examples) / len(examples)
    hessian = sympy.hessian(parabola, (w, b))
    least, start = sympy.Matrix([2, 1]), sympy.Matrix([x("0.25"), x("0.25")])
    end = least + (sympy.eye(2) - x(1, 128) * hessian) ** 100 * (start - least)

    true = truth(SGD, experiment)

    for at, element in enumerate(end):
        high, low = (part.ravel()[-1] for part in (true[at]["theta"].high, true[at]["theta"].low))
        assert high == float(element)
        assert low == float(element - x(high))


def test_errors_are_shrunk_by_training_and_so_is_the_bound():
    """No eigenvalue of alpha H is beyond 1: errors fade, where their sizes alone would grow."""
    experiment = training(length=100, alpha=0.01)
    thetas = rounded(SGD, experiment)

    signed = closed_loop(SGD, experiment, thetas)
    sizes = closed_loop(SGD, experiment, thetas, arithmetic=Bounds)

    assert signed.silent_from is None
    assert signed.bound[-1] < 20 * signed.bound[0]
    assert 0.05 < signed.k <= 1
    assert sizes.silent_from < 70
    assert sizes.bound[-1] > 1e6


def test_where_training_is_chaotic_the_bound_is_said_to_be_silent():
    """With alpha = 0.005 the steps overshoot the valley of Rosenbrock's function: errors grow."""
    experiment = training("rosenbrock", length=300, alpha=0.005)
    found = closed_loop(SGD, experiment, rounded(SGD, experiment))

    assert found.k <= 1
    assert 150 < found.silent_from < 300
    assert found.error[-1] > 1e-3


def of_sympy(expression, experiment):
    """The exact value at the start, the mean over the examples written out."""
    exact = sympy.Rational  # of a double, the very number
    start = np.concatenate([x.ravel() for x in experiment.theta0])
    named = dict(zip(experiment.task.elements, map(exact, start), strict=True))
    columns = [map(exact, experiment.data[s.name]) for s in experiment.task.data]
    rows = [dict(zip(experiment.task.data, row, strict=True)) for row in zip(*columns, strict=True)]
    if not rows:
        return expression.xreplace(named)
    (inside,) = expression.args
    return sum(inside.xreplace({**named, **row}) for row in rows) / len(rows)


@pytest.mark.parametrize("task", TASKS)
def test_loss_and_gradient_are_those_of_sympy(task):
    experiment = training(task, length=1)
    known, arithmetics = experiment.task, (Float64(), Bounds(FLOAT64, {}))
    start = [[a.tensor(x) for x in experiment.theta0] for a in arithmetics]
    got, bounded = (
        [loss(known, experiment.data, at, a), *experiment.gradients_at(1, at, a)]
        for at, a in zip(start, arithmetics, strict=True)
    )
    assert [g.shape for g in got[1:]] == [x.shape for x in experiment.theta0]

    values, bounds = (
        np.concatenate([x.ravel() for x in parts]) for parts in (got, [x.bound for x in bounded])
    )
    for value, bound, true in zip(values, bounds, (known.loss, *known.gradient), strict=True):
        error = abs(sympy.Rational(value) - of_sympy(true, experiment))
        assert error.evalf() <= roundings(true) * bound


def test_the_gradient_counts_among_the_equations():
    assert training_limit(SGD, CUBIC) == 3
    assert training_limit(ADAM, CUBIC) == 8
    assert training_limit(SGD, ROSENBROCK) == 9


def test_trainings_are_equal_if_all_their_inputs_are():
    one, other = training(), training(length=21)

    assert one == training()
    assert hash(one) == hash(training())
    assert one != other
    assert one != replace(one, data={**one.data, "x": one.data["x"] + 1})
    assert one != "linear"
