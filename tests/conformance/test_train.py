"""Optimizers are compared fairly, whatever becomes of them."""

import json
import sys
from fractions import Fraction
from importlib.resources import files

import jsonschema
import mpmath
import numpy as np
import pytest

from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train import CHOSEN, OWN, train
from optimspec.conformance.train_record import TrainingRecord, schema
from optimspec.conformance.train_task import TASK_NAMES, problem, shuffled
from optimspec.reference import FLOAT64, Bounds, truth
from optimspec.reference.limits import roundings
from optimspec.reference.training import loss
from optimspec.spec import ALGORITHMS
from optimspec.spec.tasks import ROSENBROCK
from training import settings

SCHEMA = json.loads(schema())


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


def test_the_published_schema_is_the_classes():
    published = files("optimspec.conformance").joinpath("train.schema.json")

    assert published.read_text(encoding="utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_record_is_read_as_it_was_written():
    record = train(settings("beale", epochs=9), ["sgd,lr=1.0"])

    assert TrainingRecord.model_validate_json(record.model_dump_json()).runs[0].diverged_at
