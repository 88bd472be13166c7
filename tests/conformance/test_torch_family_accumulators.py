"""Torch's Adagrad and RMSprop keep their proved step bounds, with options and without."""

import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.step_bound import step_bound
from optimspec.conformance.load import load
from optimspec.conformance.record import Status
from optimspec.spec import ALGORITHMS, EDITS


@pytest.mark.parametrize(
    ("name", "arguments", "edits"),
    [
        ("Adagrad", {}, ()),
        ("Adagrad", {"lr_decay": 0.1}, ("step-size-decay",)),
        ("RMSprop", {}, ()),
        ("RMSprop", {"weight_decay": 0.1}, ("l2-weight-decay",)),
    ],
)
def test_no_step_of_torch_is_longer_than_proved_and_one_comes_close(name, arguments, edits):
    claimed = ALGORITHMS[name.lower()]
    made = Bench(load(f"torch.optim:{name}", arguments), claimed, ("float64",), seed=0)
    made.matched = claimed.edited(*(EDITS[edit] for edit in edits))
    (result,) = step_bound(made)

    assert result.status is Status.PASS
    assert result.measure > 0.9999
