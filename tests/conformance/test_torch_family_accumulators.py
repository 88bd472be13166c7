"""Every option of torch's Adagrad, RMSprop and Adadelta is the edit of that name, and no more."""

import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.step_bound import step_bound
from optimspec.conformance.explains import explained
from optimspec.conformance.identify import identify
from optimspec.conformance.load import load
from optimspec.conformance.record import Status
from optimspec.spec import ALGORITHMS, EDITS

CASES = ("one-step", "shapes", "exact-scalars", "decaying")
"""Short ones on which each of the edits shows."""

DECAY = {"weight_decay": 0.1}
LOOP, LISTS = {"foreach": False}, {"foreach": True}

OPTIONS = [
    ("Adagrad", LOOP, ()),
    ("Adagrad", LISTS, ()),
    ("Adagrad", {"fused": True}, ()),
    ("Adagrad", DECAY, ("l2-weight-decay",)),
    ("Adagrad", {"maximize": True}, ("maximize",)),
    ("Adagrad", {"lr_decay": 0.1}, ("step-size-decay",)),
    ("Adagrad", {"initial_accumulator_value": 0.5}, ("initial-accumulator",)),
    (
        "Adagrad",
        {"lr_decay": 0.1, "initial_accumulator_value": 0.5, "maximize": True, **DECAY, **LISTS},
        ("step-size-decay", "initial-accumulator", "l2-weight-decay", "maximize"),
    ),
    ("RMSprop", LOOP, ()),
    ("RMSprop", LISTS, ()),
    ("RMSprop", DECAY, ("l2-weight-decay",)),
    ("RMSprop", {"maximize": True}, ("maximize",)),
    ("RMSprop", {"centered": True}, ("centered",)),
    ("RMSprop", {"momentum": 0.9}, ("normalized-momentum",)),
    (
        "RMSprop",
        {"centered": True, "momentum": 0.9, "maximize": True, **DECAY, **LISTS},
        ("centered", "normalized-momentum", "l2-weight-decay", "maximize"),
    ),
    ("Adadelta", LOOP, ()),
    ("Adadelta", LISTS, ()),
    ("Adadelta", DECAY, ("l2-weight-decay",)),
    ("Adadelta", {"maximize": True, **DECAY, **LISTS}, ("l2-weight-decay", "maximize")),
]


def bench(name, arguments):
    target = load(f"torch.optim:{name}", arguments)
    return Bench(target, ALGORITHMS[target.claim], ("float64",), seed=0)


@pytest.mark.parametrize(
    ("name", "arguments", "edits"), OPTIONS, ids=lambda x: x if isinstance(x, str) else "+".join(x)
)
def test_torch_computes_the_edits_of_its_options_and_no_fewer(name, arguments, edits):
    made = bench(name, arguments)
    runs = [made.observe(made.case(case, "float64").experiment) for case in CASES]

    def explain(*chosen):
        algorithm = made.claimed.edited(*(EDITS[edit] for edit in chosen))
        return all(explained(algorithm, run) for run in runs)

    assert explain(*edits)
    assert not any(explain(*(e for e in edits if e != left)) for left in edits)


@pytest.mark.parametrize(
    ("name", "arguments", "edit"),
    [
        ("Adagrad", {"lr_decay": 0.1}, "step-size-decay"),
        ("RMSprop", {"centered": True}, "centered"),
        ("Adadelta", DECAY, "l2-weight-decay"),
    ],
)
def test_an_option_is_named(name, arguments, edit):
    made = bench(name, arguments)
    identified = identify(made, [made.claimed])

    assert [e.id for e in identified.algorithm.edits] == [edit]
    assert identified.others == ()


@pytest.mark.parametrize(
    ("name", "arguments", "edits"),
    [
        ("Adagrad", {}, ()),
        ("Adagrad", {"lr_decay": 0.1}, ("step-size-decay",)),
        ("RMSprop", {}, ()),
        ("RMSprop", DECAY, ("l2-weight-decay",)),
    ],
)
def test_no_step_of_torch_is_longer_than_proved_and_one_comes_close(name, arguments, edits):
    made = bench(name, arguments)
    made.matched = made.claimed.edited(*(EDITS[edit] for edit in edits))
    (result,) = step_bound(made)

    assert result.status is Status.PASS
    assert result.measure > 0.9999
