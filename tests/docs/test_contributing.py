"""CONTRIBUTING.md's algorithm is all that an algorithm needs."""

import re
import sys
from pathlib import Path

import pytest
import torch

from optimspec.conformance.bench import Bench
from optimspec.conformance.identify import identify
from optimspec.conformance.judge import judge
from optimspec.conformance.load import as_target
from optimspec.spec import algorithms
from optimspec.spec.algorithm import Algorithm
from optimspec.spec.discover import defined

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text()
SHOWN = re.search(r"## Add an algorithm.*?```python\n(.*?)```", TEXT, re.DOTALL)[1]


class QHM(torch.optim.Optimizer):
    """Written from the paper's words, not from the module shown."""

    def __init__(self, params, lr=0.001, beta=0.999, nu=0.7, weight_decay=0.0, decoupled=False):
        given = {"lr": lr, "beta": beta, "nu": nu, "weight_decay": weight_decay}
        super().__init__(params, {**given, "decoupled": decoupled})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad
                if group["decoupled"]:
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                else:
                    grad = grad.add(p, alpha=group["weight_decay"])
                buffer = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                buffer.lerp_(grad, 1 - group["beta"])
                p.sub_(torch.lerp(grad, buffer, group["nu"]), alpha=group["lr"])


@pytest.fixture
def qhm(tmp_path, monkeypatch):
    (tmp_path / "shown_in_the_documentation.py").write_text(SHOWN)
    monkeypatch.setattr(algorithms, "__path__", [str(tmp_path)])
    (found,) = defined(algorithms.__name__, Algorithm)
    yield found
    del sys.modules[f"{algorithms.__name__}.shown_in_the_documentation"]


def test_the_module_shown_is_found_and_short(qhm):
    assert qhm.name == "qhm"
    assert len(SHOWN.splitlines()) <= 80


def test_it_acquits_an_implementation_that_it_did_not_make(qhm):
    record = judge(as_target(QHM, {}, "qhm"), qhm, formats=["float64"], proofs=False)
    status = {check.id: check.status for check in record.checks}

    assert record.matched.edits == []
    assert status["formula"] == status["precision.float64"] == status["option.weight_decay"]
    assert status["formula"] == "pass"


@pytest.mark.parametrize(
    ("decoupled", "edit"), [(False, "l2-weight-decay"), (True, "decoupled-weight-decay")]
)
def test_its_decays_are_named(qhm, decoupled, edit):
    target = as_target(QHM, {"weight_decay": 0.1, "decoupled": decoupled}, "qhm")
    identified = identify(Bench(target, qhm, ("float64",), seed=0), [qhm])

    assert [e.id for e in identified.algorithm.edits] == [edit]
