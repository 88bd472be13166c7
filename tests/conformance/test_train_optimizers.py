"""Optimizers of a comparison are named as a user writes them."""

import pytest

from optimspec.conformance.load import CannotLoad
from optimspec.conformance.train_optimizers import LECTURE, competitor
from optimspec.spec import ALGORITHMS


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


def test_the_lecture_is_in_the_order_it_is_taught():
    assert [name for name in LECTURE if name in ALGORITHMS][:3] == ["sgd", "momentum", "nesterov"]
