"""The closed loop: the gradient is computed from the parameters, in every arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from optimspec.conformance.train_check import closed_loop
from optimspec.reference import FORMATS, Bounds, Float64, Rounded, run, truth
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


@pytest.mark.parametrize("task", TASKS)
def test_loss_and_gradient_are_those_of_sympy(task):
    experiment = training(task, length=1)
    named = dict(zip(experiment.task.elements, np.concatenate([x.ravel() for x in
                 experiment.theta0]), strict=True))  # fmt: skip
    columns = [experiment.data[s.name] for s in experiment.task.data]
    rows = [dict(zip(experiment.task.data, row, strict=True)) for row in zip(*columns, strict=True)]

    def value(expression):
        if not rows:
            return float(expression.subs(named))
        (inside,) = expression.args
        return float(sum(inside.subs({**named, **row}) for row in rows) / len(rows))

    got = experiment.gradients_at(1, experiment.theta0, Float64())
    (at_start,) = loss(experiment.task, experiment.data, experiment.theta0, Float64())

    assert [g.shape for g in got] == [x.shape for x in experiment.theta0]
    assert np.allclose(np.concatenate([g.ravel() for g in got]),
                       [value(g) for g in experiment.task.gradient], rtol=1e-13)  # fmt: skip
    assert at_start == pytest.approx(value(experiment.task.loss), rel=1e-13)


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
