"""Every optimizer of torch.optim keeps all clauses, but for those in docs/findings.md."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

from clauses import bench, breaches
from optimspec.conformance.jobs import OWN, Job, listed_jobs

STRIDES = {"contract.strides", "contract.strided-view", "contract.expanded"}
DEVICE = {"contract.default-device"}
LATE = {"contract.late-counter"}
UNREFUSED = {"contract.settings-refused"}
NADAM = {"contract.state-dict", "contract.empty-group", "contract.default-dtype", *DEVICE}
ASGD = {
    "contract.learning-rate",
    "contract.implementations",
    "contract.default-dtype",
    *LATE,
    *UNREFUSED,
}
BROKEN = {
    ("SGD", "fused"): STRIDES,
    ("SGD", "momentum, fused"): {
        *STRIDES,
        "contract.grad-none",
        "contract.unequal-histories",
        "contract.thawed",
    },
    ("SGD", "momentum, nesterov, foreach"): {"contract.gradients-kept", "contract.expanded"},
    ("Adagrad", "plain"): DEVICE,
    ("Adagrad", "all options"): DEVICE | LATE,
    ("Adagrad", "fused"): STRIDES,
    ("RMSprop", "all options"): DEVICE,
    ("Adadelta", "all options"): DEVICE,
    ("Adam", "fused"): STRIDES,
    ("AdamW", "fused"): STRIDES,
    ("Adamax", "plain"): DEVICE,
    ("Adamax", "all options"): DEVICE,
    ("NAdam", "plain"): NADAM,
    ("NAdam", "all options"): NADAM,
    ("RAdam", "plain"): DEVICE,
    ("RAdam", "all options"): DEVICE,
    ("SparseAdam", "plain"): {"contract.expanded"},
    ("SparseAdam", "all options"): {"contract.expanded"},
    ("ASGD", "plain"): ASGD | DEVICE,
    ("ASGD", "all options"): ASGD,
    ("Rprop", "plain"): UNREFUSED,
    ("Rprop", "all options"): UNREFUSED | DEVICE,
    ("Adafactor", "plain"): LATE | DEVICE,
    ("Adafactor", "all options"): LATE | DEVICE,
    ("Muon", "plain"): UNREFUSED,
    ("Muon", "all options"): UNREFUSED,
}

TOLD = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")


def rows() -> Iterator[tuple[str, str, Job]]:
    """Each optimizer as it is, with as many options as it is listed with, and in one kernel.

    Beside these, what paths of SGD do that need momentum.
    """
    by_name: dict[str, list[Job]] = {}
    for job in listed_jobs("torch-optim"):
        by_name.setdefault(job.reference.removeprefix("torch.optim:"), []).append(job)
    for name, jobs in by_name.items():
        yield name, "plain", jobs[0]
        yield name, "all options", max(jobs, key=lambda job: len(job.arguments))
        yield from ((name, "fused", job) for job in jobs if "fused" in job.arguments)
    for job in listed_jobs(OWN):
        given = ", ".join(key for key, value in job.arguments.items() if value)
        if ("SGD", given) in BROKEN:
            yield "SGD", given, job


ROWS = list(rows())


def sections(name: str) -> str:
    """What the findings say of an optimizer."""
    return "".join(part for part in TOLD.split("\n## ") if re.search(rf"\b{name}\b", part))


@pytest.mark.parametrize(
    ("name", "how", "job"), ROWS, ids=[f"{name} {how}" for name, how, _ in ROWS]
)
def test_what_torch_breaks_is_documented(name: str, how: str, job: Job) -> None:
    arguments: Mapping[str, object] = job.arguments
    broken = breaches(bench(getattr(torch.optim, name), job.spec or "", **arguments)).keys()

    assert broken == BROKEN.get((name, how), set())
    assert [clause for clause in broken if f"`{clause}`" not in sections(name)] == []


def test_every_row_is_of_something_that_is_listed() -> None:
    assert BROKEN.keys() <= {(name, how) for name, how, _ in ROWS}
