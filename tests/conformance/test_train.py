"""Optimizers are compared fairly, whatever becomes of them."""

import json
import sys
from fractions import Fraction
from importlib.resources import files
from io import StringIO

import jsonschema
import mpmath
import numpy as np
import pytest
from rich.console import Console

from optimspec.conformance.console_train import show_training
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train import CHOSEN, OWN, train
from optimspec.conformance.train_data import blobs, digits
from optimspec.conformance.train_optimizers import LECTURE, competitor
from optimspec.conformance.train_record import TrainingRecord, schema
from optimspec.conformance.train_task import TASK_NAMES, Settings, problem, shuffled
from optimspec.reference import FLOAT64, Bounds, truth
from optimspec.reference.limits import roundings
from optimspec.reference.training import loss
from optimspec.spec import ALGORITHMS
from optimspec.spec.tasks import ROSENBROCK

SCHEMA = json.loads(schema())


def settings(name="linear", model="linear", epochs=3, batch=None, format="float64", seed=0):
    return Settings(name, model, epochs, batch, format, seed)


def plain(record):
    """A record without what time and place add to it."""
    runs = [run.model_copy(update={"seconds": 0.0}) for run in record.runs]
    return record.model_copy(update={"runs": runs, "seconds": 0.0})


def test_gradient_descent_on_a_surface_goes_down_the_gradient():
    asked = settings("rosenbrock", epochs=20)
    (run,) = train(asked, ["sgd,lr=0.001"], certify=True).runs
    exact = truth(ALGORITHMS["sgd"], problem(asked).training({"alpha": 0.001}, 20))[0]["theta"]
    path = []
    with mpmath.workprec(4 * FLOAT64.precision):
        x, y = map(mpmath.mpf, (-1.2, 1.0))
        for _ in range(20):
            slope = -400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)
            x, y = x - 0.001 * slope[0], y - 0.001 * slope[1]
            path.append([FLOAT64.nearest(x), FLOAT64.nearest(y)])

    assert run.path[0] == [-1.2, 1.0]
    assert exact.high.tolist() == path
    assert run.closed_loop.k <= run.closed_loop.limit
    assert run.closed_loop.silent_from is None
    assert run.epochs == []


def test_the_first_loss_is_that_of_the_start():
    (run,) = train(settings("rosenbrock", epochs=1), ["sgd,lr=0.001"]).runs
    x, y = map(Fraction, run.path[0])
    value = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    bounds = Bounds(FLOAT64, {})
    bound = loss(ROSENBROCK, {}, [bounds.tensor(np.array(run.path[0]))], bounds).bound.item()

    assert abs(Fraction(run.step_loss[0]) - value) <= roundings(ROSENBROCK.loss) * bound


def test_the_map_of_a_surface_has_start_minimum_and_paths_in_it():
    record = train(settings("beale", epochs=5), ["sgd,lr=0.01"])
    points = np.array([*record.runs[0].path, [3, 0.5]])

    for axis, ticks in enumerate((record.surface.x, record.surface.y)):
        assert ticks[0] < points[:, axis].min()
        assert points[:, axis].max() < ticks[-1]
    assert np.shape(record.surface.loss) == (len(record.surface.y), len(record.surface.x))
    assert record.surface.minimum == [3.0, 0.5]


@pytest.mark.parametrize("name", TASK_NAMES)
def test_every_task_is_learnt(name):
    pytest.importorskip("torch")
    record = train(settings(name, epochs=30 if name in ("rosenbrock", "beale") else 4), ["adam"],
                   rate=0.1)  # fmt: skip
    (run,) = record.runs

    assert run.is_whole
    assert len(run.step_loss) == record.task.steps
    assert len(run.epochs) == (record.task.epochs and record.task.epochs + 1)
    assert run.final.loss < 0.8 * run.step_loss[0]
    assert (run.final.accuracy is not None) == (name in ("digits", "blobs", "logistic"))


def test_a_specification_and_an_implementation_of_it_take_the_same_way():
    pytest.importorskip("torch")
    record = train(settings(format="float32", epochs=10),
                   ["adam", "torch.optim:Adam"], rate=0.01, certify=True)  # fmt: skip

    for run in record.runs:
        assert run.closed_loop.algorithm == "adam"
        assert run.closed_loop.k <= run.closed_loop.limit
        assert run.closed_loop.silent_from is None


@pytest.mark.parametrize(
    ("target", "algorithm"),
    [
        ("torch.optim:Adam,weight_decay=0.1", "adam+l2-weight-decay"),
        (
            "optimspec.impls.optimized_update:Adam,optimized_update=True,eps=0.1",
            "adam+eps-hat",
        ),
    ],
)
def test_an_implementation_is_measured_beside_what_it_is_found_to_compute(target, algorithm):
    pytest.importorskip("torch")
    (run,) = train(settings(epochs=5), [target], rate=0.01, certify=True).runs

    assert run.closed_loop.algorithm == algorithm
    assert run.closed_loop.is_explained
    assert run.closed_loop.k <= run.closed_loop.limit


def test_what_nothing_explains_is_beyond_the_limit_of_its_claim_and_said_to_be_another(tmp_path):
    (tmp_path / "other.py").write_text(
        "import numpy as np\n"
        "class SGD:\n"
        "    def __init__(self, parameters, lr=0.1):\n"
        "        self.parameters, self.lr = parameters, lr\n"
        "    def step(self, gradients):\n"
        "        for x, g in zip(self.parameters, gradients):\n"
        "            x -= self.lr * np.sin(g) * np.cosh(x)\n"
    )
    record = train(settings(epochs=5), [f"{tmp_path}/other.py:SGD"], rate=0.01, certify=True)
    (run,) = record.runs
    out = Console(file=StringIO(), width=200)
    show_training(out, record)

    assert (run.closed_loop.algorithm, run.closed_loop.is_explained) == ("sgd", False)
    assert run.closed_loop.k > run.closed_loop.limit
    assert "it computes something else" in out.file.getvalue()


def test_a_run_that_diverges_is_kept_up_to_where_it_does():
    record = train(settings("beale", epochs=50), ["sgd,lr=1.0", "adam,lr=0.1"])
    gone, good = record.runs

    assert 1 < gone.diverged_at < 10
    assert len(gone.step_loss) == gone.diverged_at
    assert not gone.is_whole
    assert good.is_whole
    assert [run.label for run in record.ranking] == ["adam,lr=0.1", "sgd,lr=1.0"]
    jsonschema.validate(json.loads(record.model_dump_json()), SCHEMA)


def test_an_optimizer_that_raises_is_kept_with_its_reason(tmp_path):
    (tmp_path / "tired.py").write_text(
        "class Tired:\n"
        "    def __init__(self, parameters, lr=0.1):\n"
        "        self.left = 3\n"
        "    def step(self, gradients):\n"
        "        self.left -= 1\n"
        "        assert self.left, 'enough'\n"
    )
    record = train(settings(epochs=9), [f"{tmp_path}/tired.py:Tired", "sgd,lr=0.1"])
    tired, good = record.runs

    assert tired.failure.startswith("AssertionError: enough")
    assert len(tired.step_loss) == 3
    assert tired.trials == []
    assert tired.diverged_at is None
    assert good.is_whole


def test_the_same_seed_gives_the_same_record_and_another_seed_another():
    pytest.importorskip("torch")
    one, same, other = (
        train(settings("blobs", epochs=1, seed=seed), ["sgd", "adam"], rate=0.01)
        for seed in (1, 1, 2)
    )

    assert plain(one) == plain(same)
    assert one.runs[0].step_loss != other.runs[0].step_loss


def test_all_see_the_same_examples_and_start_alike():
    pytest.importorskip("torch")
    record = train(settings("digits", epochs=1), ["sgd", "adam"], rate=0.0)
    first, second = record.runs

    assert first.step_loss == second.step_loss
    assert len(set(first.step_loss)) == len(first.step_loss)


def test_batches_hold_every_example_once_an_epoch_in_changing_order():
    batches = shuffled(0, 10, 4)
    epochs = [np.concatenate([next(batches) for _ in range(3)]).tolist() for _ in range(2)]

    assert [sorted(epoch) for epoch in epochs] == [list(range(10))] * 2
    assert epochs[0] != epochs[1]


def test_the_step_size_is_chosen_where_both_neighbours_are_no_better():
    (run,) = train(settings(epochs=30), ["sgd"], rate=CHOSEN).runs
    losses = {trial.alpha: trial.loss for trial in run.trials}
    rates = sorted(losses)
    at = rates.index(run.hyperparameters["alpha"])

    assert losses[rates[at]] == min(losses.values()) == run.final.loss
    assert 0 < at < len(rates) - 1
    ladder = [float(f"{digit}e{power}") for power in range(-6, 3) for digit in (1, 3)]
    lowest = ladder.index(rates[0])
    assert rates == ladder[lowest : lowest + len(rates)]


def test_a_step_size_is_found_where_the_first_that_is_tried_diverges():
    (run,) = train(settings("rosenbrock", epochs=60), ["momentum"]).runs

    assert run.hyperparameters["alpha"] < 0.01
    assert run.trials[-1].loss == np.inf
    assert run.is_whole


def test_a_step_size_may_be_each_optimizers_own():
    (run,) = train(settings(epochs=1), ["adam"], rate=OWN).runs

    assert run.hyperparameters["alpha"] == ALGORITHMS["adam"].defaults["alpha"]
    assert run.trials == []


@pytest.mark.parametrize(
    ("text", "hyper"),
    [
        ("adam", {}),
        ("Adam,lr=0.5", {"alpha": 0.5}),
        ("adam,alpha=0.5,beta1=0", {"alpha": 0.5, "beta1": 0.0}),
        ("adam,betas=(0.5, 0.75),eps=1", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1.0}),
        ("adam+eps-hat,epsilon=1e-3", {"epsilon": 1e-3}),
    ],
)
def test_optimizers_are_named_with_their_hyperparameters(text, hyper):
    found = competitor(text)

    assert found.hyper == hyper
    assert found.seeks_alpha == ("alpha" not in hyper)
    assert found.label == text


def test_a_target_takes_its_own_keywords():
    pytest.importorskip("torch")
    found = competitor("torch.optim:SGD,lr=0.5,momentum=0.25")

    assert found.algorithm.name == "momentum"
    assert found.target.hyperparameters["alpha"] == 0.5
    assert not found.seeks_alpha
    assert competitor("torch.optim:SGD").seeks_alpha


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("adamm", "There is no specification called 'adamm'. Did you mean 'adam'"),
        ("adam+eps", "There is no variant or bug called 'eps'"),
        ("sgd+eps-hat", "An optimizer is a specification"),
        ("adam,lr", "An optimizer is written NAME or NAME,KEY=VALUE"),
        ("adam,lr=low", "An optimizer is written NAME or NAME,KEY=VALUE"),
        ("adam,lr=1)(", "An optimizer is written NAME or NAME,KEY=VALUE"),
        ("adam,momentum=0.9", "which are lr, beta1, beta2, eps; found 'momentum'"),
        ("adam,lr=True", "A hyperparameter must be a number; found True"),
        ("adam,lr=1e999", "A hyperparameter must be a number; found inf"),
        ("nowhere.at_all:Adam", "must be importable"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(text, sentence):
    with pytest.raises(CannotLoad, match=sentence.replace("(", r"\(")):
        competitor(text)


def test_without_torch_the_tasks_that_need_it_say_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "optimspec.conformance.train_torch", None)

    with pytest.raises(
        CannotLoad, match=r"pip install 'optimspec\[torch\]', or take one of linear"
    ):
        problem(settings("digits"))
    assert problem(settings("linear")).record.name == "linear"


def test_exact_training_needs_an_exact_gradient():
    pytest.importorskip("torch")
    with pytest.raises(CannotLoad, match="Exact training needs a gradient from SymPy"):
        train(settings("blobs"), ["sgd"], certify=True)


@pytest.mark.parametrize(("model", "stride"), [("linear", 2.0**-22), ("two-layer", 2.0**-25)])
def test_autograd_is_handed_on_as_the_slope_of_the_loss(model, stride):
    """A mean slope is one on the way, and slopes change one way if it is short.

    The loss is near 1: what its rounding adds is far less than what they change by.
    """
    torch = pytest.importorskip("torch")
    made, rows = problem(settings("blobs", model)), np.arange(7)
    metrics, _ = made.gradient(made.theta0, rows)
    rng = np.random.default_rng(0)
    way = [rng.standard_normal(x.shape) for x in made.theta0]
    ends = [
        made.gradient([x + h * d for x, d in zip(made.theta0, way, strict=True)], rows)
        for h in (-stride, stride)
    ]
    slopes = [
        sum(float(np.sum(g * d)) for g, d in zip(gradients, way, strict=True))
        for _, gradients in ends
    ]
    (before, _), (after, _) = ends

    assert min(slopes) < (after.loss - before.loss) / (2 * stride) < max(slopes)
    assert metrics.accuracy in [n / 7 for n in range(8)]
    assert torch.is_grad_enabled()


def test_the_layer_registers_what_it_is_made_of():
    torch = pytest.importorskip("torch")
    from optimspec.conformance.train_torch import Linear

    layer = Linear(2, 3)
    with torch.no_grad():
        layer.weights.copy_(torch.arange(6.0).reshape(2, 3))
        layer.bias.fill_(1.0)

    assert [name for name, _ in layer.named_parameters()] == ["weights", "bias"]
    assert layer(torch.tensor([[1.0, 2.0]])).tolist() == [[7.0, 10.0, 13.0]]


@pytest.mark.parametrize(("make", "classes", "width"), [(digits, 10, 64), (blobs, 3, 2)])
def test_data_sets_have_every_class_and_follow_from_the_seed(make, classes, width):
    one, same = (make(np.random.default_rng(3), 200) for _ in range(2))

    assert one.inputs.shape == (200, width)
    assert set(one.labels) == set(range(classes))
    assert np.array_equal(one.inputs, same.inputs)


def test_the_lecture_is_in_the_order_it_is_taught():
    assert [name for name in LECTURE if name in ALGORITHMS][:3] == ["sgd", "momentum", "nesterov"]


def test_the_published_schema_is_the_classes():
    published = files("optimspec.conformance").joinpath("train.schema.json")

    assert published.read_text(encoding="utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_record_is_read_as_it_was_written():
    record = train(settings("beale", epochs=9), ["sgd,lr=1.0"])

    assert TrainingRecord.model_validate_json(record.model_dump_json()).runs[0].diverged_at
