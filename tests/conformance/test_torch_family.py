"""Every listed optimizer of torch.optim computes the edits of its options, and no fewer."""

import inspect
from dataclasses import replace

import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.explains import explained
from optimspec.conformance.identify import identify, losses
from optimspec.conformance.load import load
from optimspec.conformance.measure import compare
from optimspec.conformance.observe import observe
from optimspec.impls.adapters.tensors import to_parameters
from optimspec.impls.adapters.torch_session import TorchSession
from optimspec.impls.torch_family import TORCH_OPTIM
from optimspec.reference import error_limit
from optimspec.spec import ALGORITHMS, EDITS

torch = pytest.importorskip("torch")

CASES = ("exact-scalars", "settings-change", "shapes")
"""Short ones, with several parameters among them."""
FLOAT32, FLOAT32_SCALARS, BFLOAT16 = losses("float64")
LOSSES = {"nadam": FLOAT32, "asgd": FLOAT32, "muon": BFLOAT16}
"""NAdam and ASGD keep scalars in float32; Muon iterates in bfloat16."""

VECTORS = [replace(e, spec="adafactor-vector") for e in TORCH_OPTIM if e.spec == "adafactor"]
"""Adafactor's second moment is whole where a parameter is no matrix."""
RICHEST = list({e.reference: e for e in sorted(TORCH_OPTIM, key=lambda e: len(e.args))}.values())
"""Every optimizer, with as many options as it is listed with."""


def named(listed):
    given = ",".join(f"{key}={value}" for key, value in listed.args.items())
    return f"{listed.spec}({given})"


def takes(listed, option):
    optimizer = getattr(torch.optim, listed.reference.removeprefix("torch.optim:"))
    return option in inspect.signature(optimizer).parameters


def bench(listed, **more):
    target = load(listed.reference, {**listed.args, **more})
    return Bench(target, ALGORITHMS[listed.spec], ("float64",), seed=0)


def runs(made, *names):
    """What the target does on these cases; where it is to step vectors, on those of vectors."""
    found = [case.experiment for case in made.cases("float64") if case.id in names]
    if made.claimed.name == "adafactor-vector":
        found = [e for e in found if all(x.ndim == 1 for x in e.theta0)]
    return [made.observe(experiment) for experiment in found]


def explains(listed, observations, without="", loss=None):
    chosen = (e for e in EDITS.values() if e.id in listed.edits and e.id != without)
    algorithm = ALGORITHMS[listed.spec].edited(*chosen)
    loss = loss or LOSSES.get(listed.spec)
    return all(explained(algorithm, observation, loss) for observation in observations)


MUON = [e for e in TORCH_OPTIM if e.spec == "muon"]


@pytest.mark.parametrize(
    "listed", [*(e for e in TORCH_OPTIM if e not in MUON), *VECTORS], ids=named
)
def test_torch_computes_the_edits_of_its_options_and_no_fewer(listed):
    observed = runs(bench(listed), *CASES)

    assert explains(listed, observed)
    assert [left for left in listed.edits if explains(listed, observed, left)] == []


@pytest.mark.parametrize("listed", MUON, ids=named)
def test_muon_is_nearest_to_the_edits_of_its_options(listed):
    """All four forms are within the limit of what an iteration in bfloat16 may be off by.

    Parameters are large, so that the bound is less than they move; its eps, which the source takes
    as the least norm and the documentation adds to it, makes no difference that shows.
    """
    (observed,) = runs(bench(listed), "large-start")
    found = {}
    for other in MUON:
        algorithm = ALGORITHMS["muon"].edited(*(EDITS[edit] for edit in other.edits))
        found[other.edits] = compare(algorithm, observed, error_limit(algorithm), loss=BFLOAT16)
    nearest = min(found, key=lambda edits: found[edits].k)

    assert nearest == listed.edits
    assert found[nearest].k <= 1
    assert found[nearest].telling == found[nearest].decided > 0


@pytest.mark.parametrize("listed", [e for e in RICHEST if e not in MUON], ids=named)
def test_a_learning_rate_in_a_tensor_acts_as_the_number(listed):
    """Muon is documented to take a number alone."""
    loop = {"foreach": False} if takes(listed, "foreach") else {}
    rate = torch.tensor(0.0625, dtype=torch.float64)

    assert explains(listed, runs(bench(listed, lr=rate, **loop), "schedule"))


class OnClones:
    """An optimizer on parameters that are no leaves, as who differentiates through steps has."""

    def __init__(self, target):
        self.target, self.capabilities = target, target.capabilities

    def start(self, theta0, hyper, format):
        leaves = to_parameters(theta0, format)
        made = self.target.build(leaves, hyper)
        known = inspect.signature(type(made)).parameters
        given = {key: value for key, value in made.defaults.items() if key in known}
        clones = [leaf.clone() for leaf in leaves]
        again = type(made)(clones, **given | {"foreach": False, "differentiable": True})
        return TorchSession(again, clones, format, {})


@pytest.mark.parametrize("listed", [e for e in RICHEST if takes(e, "differentiable")], ids=named)
def test_differentiable_steps_compute_the_same_where_parameters_are_no_leaves(listed):
    """Adam's and AdamW's take their bias corrections from a step counter in float32."""
    made = bench(listed)
    observed = observe(OnClones(made.target), made.case("shapes", "float64").experiment)
    loses = listed.spec in ("adam", "adamw")

    assert explains(listed, [observed], loss=FLOAT32_SCALARS if loses else None)
    assert explains(listed, [observed]) is not loses


@pytest.mark.parametrize("listed", [e for e in RICHEST if takes(e, "capturable")], ids=named)
def test_what_is_to_be_captured_is_refused_on_a_cpu(listed):
    (observed,) = runs(bench(listed, capturable=True), "shapes")

    assert "capturable=True" in observed.failure


ADAGRADS = {"foreach", "weight_decay", "maximize", "lr_decay", "initial_accumulator_value"}


@pytest.mark.parametrize(
    ("spec", "options"),
    [
        ("adagrad", {"lr_decay"}),
        ("radam", {"foreach"}),
        ("nadam", {"weight_decay", "decoupled_weight_decay"}),
        (
            "adagrad",
            {"foreach", "weight_decay", "maximize", "lr_decay", "initial_accumulator_value"},
        ),
        ("rmsprop", {"foreach", "weight_decay", "maximize", "centered", "momentum"}),
    ],
)
def test_what_it_computes_is_named(spec, options):
    listed = next(e for e in TORCH_OPTIM if e.spec == spec and e.args.keys() == options)
    formats = ("float32",) if spec in LOSSES else ("float64",)
    made = Bench(load(listed.reference, listed.args), ALGORITHMS[spec], formats, seed=0)
    identified = identify(made, [made.claimed])

    assert {e.id for e in identified.algorithm.edits} == set(listed.edits)
    assert identified.others == ()
