"""The command that compares optimizers."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.conformance.train_optimizers import LECTURE
from optimspec.conformance.train_record import TrainingRecord, schema
from optimspec.spec import ALGORITHMS


def run(*arguments):
    result = CliRunner().invoke(app, ["train", *map(str, arguments)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_comparison_is_shown_and_written(tmp_path):
    pytest.importorskip("torch")
    page, data = tmp_path / "train.html", tmp_path / "train.json"
    result = run(
        "adam", "torch.optim:SGD,momentum=0.9", "--task", "digits", "--model", "linear",
        "--epochs", 2, "--batch", 100, "--lr", 0.1, "--seed", 3, "--html", page, "--json", data,
    )  # fmt: skip
    written = json.loads(data.read_text(encoding="utf-8"))

    assert result.exit_code == 0, result.output
    assert "(2/2) torch.optim:SGD,momentum=0.9" in result.output
    assert "Digits, linear model" in result.output
    assert "20 steps, 2 epochs of 1000 examples, 100 a step; 500 held out" in result.output
    assert "held-out loss" in result.output
    assert "seed 3" in result.output
    jsonschema.validate(written, json.loads(schema()))
    assert [r.label for r in TrainingRecord.model_validate(written).runs] == [
        "adam", "torch.optim:SGD,momentum=0.9"
    ]  # fmt: skip
    assert page.read_text(encoding="utf-8").count("<figure") == 6


def test_without_names_the_family_that_is_taught_is_compared():
    result = run("--task", "linear", "--epochs", 2, "--lr", "own")

    assert result.exit_code == 0, result.output
    for name in LECTURE:
        assert (f") {name}\n" in result.output) == (name in ALGORITHMS)


def test_certified_runs_show_their_share_of_the_bound():
    result = run("sgd", "--task", "logistic", "--epochs", 5, "--certify")

    assert result.exit_code == 0, result.output
    assert "k, of limit" in result.output
    assert " of 13" in result.output
    assert "* chosen" in result.output


def test_a_run_that_diverges_is_no_failure_of_the_command():
    result = run("sgd,lr=9.0", "adam,lr=0.1", "--task", "beale", "--epochs", 40)

    assert result.exit_code == 0, result.output
    assert "sgd,lr=9.0: diverged: something was no finite number at step" in result.output


def test_an_optimizer_that_raises_is_one(tmp_path):
    (tmp_path / "broken.py").write_text(
        "class Broken:\n"
        "    def __init__(self, parameters, lr=0.1): pass\n"
        "    def step(self, gradients): raise RuntimeError('[no]')\n"
    )
    result = run(f"{tmp_path}/broken.py:Broken", "sgd", "--task", "linear", "--epochs", 2)

    assert result.exit_code == 1, result.output
    assert "stopped after 1 steps: RuntimeError: [no]" in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--task", "mnist"), "--task takes one of digits, blobs, linear"),
        (("--model", "deep"), "--model takes one of linear, two-layer; found 'deep'."),
        (("--dtype", "float128"), "--dtype takes one of float64"),
        (("--lr", "fast"), "--lr takes a positive number, 'chosen' or 'own'; found 'fast'."),
        (("--lr", "-1"), "--lr takes a positive number"),
        (("--lr", "inf"), "--lr takes a positive number"),
        (("adamm",), "There is no specification called 'adamm'."),
        (("adam,beta=1",), "A hyperparameter must be one of Adam's"),
        (("nothing.here:Adam",), "must be importable"),
        (("--task", "linear", "--html", "/proc/no/page.html"), "A file must be writable"),
    ],
)
def test_wrong_usage_is_said_in_a_sentence(arguments, sentence):
    result = run(*arguments)

    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_help_has_examples():
    assert "optimspec train --task rosenbrock" in run("--help").output
