"""Torch's autograd and optimizers together, beside training in exact arithmetic."""

import numpy as np
import pytest

from optimspec.conformance.jobs import OWN, listed_jobs
from optimspec.conformance.load import load
from optimspec.conformance.measure import ratios
from optimspec.conformance.record import Verdict
from optimspec.conformance.train_check import closed_loop
from optimspec.impls.torch_family import TORCH_OPTIM
from optimspec.reference import FORMATS, Bounds, Float64, Multiprecision
from optimspec.reference.training import Training, training_limit
from optimspec.spec import ALGORITHMS, EDITS, TASKS
from optimspec.spec.tasks import LINEAR

torch = pytest.importorskip("torch")
F = torch.nn.functional

LOSSES = {
    "cubic": lambda p, _: (3 * p[0] ** 3 - p[1] ** 2).sum(),
    "linear": lambda p, d: F.mse_loss(d["x"][:, None] @ p[0] + p[1], d["y"][:, None]),
    "logistic": lambda p, d: F.binary_cross_entropy_with_logits(
        F.linear(torch.stack([d["x1"], d["x2"]], dim=1), p[0], p[1])[:, 0], d["y"]
    ),
    "rosenbrock": lambda p, _: (10 * (p[0][1] - p[0][0] ** 2)) ** 2 + (1 - p[0][0]) ** 2,
    "beale": lambda p, _: sum(
        (c - p[0][0] * (1 - p[0][1] ** n)) ** 2 for n, c in enumerate((1.5, 2.25, 2.625), 1)
    ),
}
"""Each task's loss as torch users write it."""


def tensor(values, format):
    return torch.tensor(np.asarray(values), dtype=getattr(torch, format))


def autograd(task, theta, data, format):
    """The gradients that autograd computes in a format."""
    parameters = [tensor(x, format).requires_grad_() for x in theta]
    given = {name: tensor(values, format) for name, values in data.items()}
    LOSSES[task](parameters, given).backward()
    return [p.grad.double().numpy() for p in parameters]


def test_autograd_gives_the_gradients_of_the_example():
    got = autograd("cubic", [[2.0], [6.0]], {}, "float32")

    assert [g.tolist() for g in got] == [[36.0], [-12.0]]


@pytest.mark.parametrize("format", ["float64", "float32"])
@pytest.mark.parametrize("name", TASKS)
def test_autograd_is_within_the_bound_of_the_exact_gradient(name, format):
    task, into, rng = TASKS[name], FORMATS[format], np.random.default_rng(0)
    limit = training_limit(ALGORITHMS["sgd"], task)
    for _ in range(20):
        data = {s.name: into.round(rng.standard_normal(9)) for s in task.data}
        theta = tuple(into.round(rng.standard_normal(p.shape)) for p in task.parameters)
        at = Training(task, data, theta, {}, format, 1)
        exact, bounded = (
            at.gradients_at(1, [arithmetic.tensor(x) for x in theta], arithmetic)
            for arithmetic in (Multiprecision(200), Bounds(into, {}))
        )
        for got, true, bound in zip(autograd(name, theta, data, format), exact, bounded,
                                    strict=True):  # fmt: skip
            error = np.abs(got - true).astype(float)
            assert ratios(error, bound.bound).max() <= limit


def torch_runs():
    """Torch's optimizers as they are listed, each formula once, with what they are found to be."""
    found = {}
    for job in listed_jobs(OWN):
        verdict, edits = job.expected
        is_known = verdict in (Verdict.CONFORMS, Verdict.VARIANT)
        if job.reference.startswith("torch.optim:") and is_known:
            found.setdefault((job.spec, edits), job)
    return [pytest.param(job, id="+".join([spec, *edits])) for (spec, edits), job in found.items()]


RATES = {"sgd": 2**-7, "momentum": 2**-8, "nesterov": 2**-8}
"""Step sizes where 1/16, exact in every format, would diverge."""


def trained(listed, arguments, edits, format, epochs):
    """The regression of y = 2x + 1 with the mean squared error, gradients by autograd."""
    algorithm = ALGORITHMS[listed.spec].edited(*(e for e in EDITS.values() if e.id in edits))
    target = load(listed.reference, arguments)
    rate = {"alpha": RATES.get(listed.spec, 1 / 16)} if "alpha" in algorithm.defaults else {}
    x = np.arange(11.0)
    data = {"x": x, "y": 2 * x + 1}
    theta0 = (np.array([[-0.25]]), np.full((1, 1) if algorithm.needs_matrices else (1,), 0.5))
    known = {name: target.hyperparameters.get(name, 0.0) for name in algorithm.defaults}

    session, theta, visited = target.start(theta0, rate, format), theta0, []
    for _ in range(epochs):
        theta = session.step(autograd("linear", theta, data, format))
        visited.append(theta)
    run = Training(LINEAR, data, theta0, {**known, **rate}, format, epochs)
    return closed_loop(algorithm, run, visited)


@pytest.mark.parametrize(("format", "epochs"), [("float64", 20), ("float32", 100)])
@pytest.mark.parametrize("job", torch_runs())
def test_whole_training_runs_are_within_the_limit_of_exact_training(job, format, epochs):
    found = trained(job, job.arguments, job.expected[1], format, epochs)

    assert found.k <= found.limit
    assert found.silent_from is None


def of_the_family(format):
    """Torch's optimizers, each formula once, in a format in which they do not lose precision."""
    found = {}
    for listed in TORCH_OPTIM:
        loses = listed.spec == "muon" or (listed.spec in ("nadam", "asgd") and format == "float64")
        if not loses and "maximize" not in listed.args:
            found.setdefault((listed.spec, listed.edits), listed)
    return [
        pytest.param(listed, format, id="+".join([spec, *edits, format]))
        for (spec, edits), listed in found.items()
    ]


@pytest.mark.parametrize(
    ("listed", "format"), [*of_the_family("float64"), *of_the_family("float32")]
)
def test_each_optimizer_trains_within_the_limit_of_exact_training(listed, format):
    """Ten epochs; what maximizes the loss is not trained.

    NAdam and ASGD keep scalars in float32, and Muon iterates in bfloat16.
    """
    found = trained(listed, listed.args, listed.edits, format, 10)

    assert found.k <= found.limit
    assert found.silent_from is None


def test_a_formula_that_is_slightly_off_is_told(adam):
    """An eps of 2e-8 in place of 1e-8."""
    x = np.arange(11.0)
    run = Training(LINEAR, {"x": x, "y": 2 * x + 1}, (np.array([[0.5]]), np.array([0.5])),
                   {**adam.defaults, "epsilon": 2e-8}, "float64", 10)  # fmt: skip
    session, theta, visited = load("torch.optim:Adam").start(run.theta0, {}, "float64"), None, []
    for step in range(1, 11):
        theta = session.step(run.gradients_at(step, theta or run.theta0, Float64()))
        visited.append(theta)

    assert closed_loop(adam, run, visited).k > 1000


def test_the_optimizers_of_the_lecture_are_among_them():
    assert {"sgd", "momentum", "nesterov", "adam", "adamw"} <= {p.id for p in torch_runs()}
