"""Training is measured beside exact training with what an optimizer is found to compute."""

from io import StringIO

import pytest
from rich.console import Console

from optimspec.conformance.console_train import show_training
from optimspec.conformance.train import train
from training import settings


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
