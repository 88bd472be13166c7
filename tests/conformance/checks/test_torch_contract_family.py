"""Every optimizer of torch.optim keeps all clauses, but for those in docs/findings.md."""

from pathlib import Path
from typing import Any

import pytest
import torch

from clauses import bench, breaches

STRIDES = {"contract.strides", "contract.strided-view", "contract.expanded"}
FINDINGS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("SGD", "sgd", {}, set()),
    ("SGD", "nesterov", {"momentum": 0.9, "nesterov": True}, set()),
    (
        "SGD",
        "nesterov",
        {"momentum": 0.9, "nesterov": True, "foreach": True},
        {"contract.gradients-kept", "contract.expanded"},
    ),
    (
        "SGD",
        "momentum",
        {"momentum": 0.9, "fused": True},
        {
            *STRIDES,
            "contract.grad-none",
            "contract.unequal-histories",
            "contract.thawed",
        },
    ),
    ("Adagrad", "adagrad", {}, set()),
    ("Adagrad", "adagrad", {"lr_decay": 0.1}, {"contract.late-counter"}),
    ("Adagrad", "adagrad", {"fused": True}, STRIDES),
    ("RMSprop", "rmsprop", {"centered": True, "foreach": True}, set()),
    ("Adadelta", "adadelta", {}, set()),
    ("Adamax", "adamax", {}, set()),
    (
        "NAdam",
        "nadam",
        {},
        {"contract.state-dict", "contract.empty-group", "contract.default-dtype"},
    ),
    ("RAdam", "radam", {}, set()),
    ("SparseAdam", "sparse-adam", {}, {"contract.expanded"}),
    (
        "ASGD",
        "asgd",
        {},
        {
            "contract.learning-rate",
            "contract.settings-refused",
            "contract.late-counter",
            "contract.implementations",
            "contract.default-dtype",
            "contract.default-device",
        },
    ),
    ("Rprop", "rprop", {}, {"contract.settings-refused"}),
    ("Adafactor", "adafactor", {}, {"contract.late-counter"}),
    ("Muon", "muon", {}, {"contract.settings-refused"}),
]
"""Adam and AdamW are among those that keep every clause, in test_torch_contract.py."""

TOLD = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "spec", "args", "broken"), FINDINGS)
def test_what_torch_breaks_is_documented(
    name: str, spec: str, args: dict[str, Any], broken: set[str]
) -> None:
    assert breaches(bench(getattr(torch.optim, name), spec, **args)).keys() == broken
    assert [clause for clause in broken if f"`{clause}`" not in TOLD] == []
