"""The linter of the catalogue: what every entry must have, and that what it says is so."""

import re
from itertools import combinations

import numpy as np
import pytest
from sympy import Rational

from optimspec.conformance.discrepancy import discrepancy
from optimspec.conformance.reckoned import bounds
from optimspec.reference import Experiment, Float64, error_limit, run
from optimspec.spec import ALGORITHMS, EDITS, FAULTS, Category, Kind, edits_of, hosts_of, may_have
from optimspec.spec.catalogue import ENTRIES

WORDS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REFERENCE = re.compile(r"[\w.]+:\w+")

ANY = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
EDIT = pytest.mark.parametrize("edit", EDITS.values(), ids=lambda edit: edit.id)
FAULT = pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
BASE = pytest.mark.parametrize("base", ALGORITHMS.values(), ids=lambda base: base.name)


def telling(algorithm):
    """A value of every hyperparameter at which what depends on it shows.

    1/2, which would be beta1's, is its own complement, and 1/4 that of beta2.
    """
    own = {h.name: float(Rational(h.exact or h.default)) for h in algorithm.hyperparameters}
    return {name: 0.375 if name == "beta1" else value for name, value in own.items()}


def test_a_name_is_in_lower_case_words_and_names_one_entry():
    names = [name for entry in ENTRIES for name in (entry.id, *entry.aliases)]

    assert [name for name in names if not WORDS.fullmatch(name)] == []
    assert sorted(names) == sorted({*names} - {*ALGORITHMS})


@ANY
def test_an_entry_says_what_it_is_what_it_costs_and_where_it_was(entry):
    assert entry.statement.endswith(".")
    assert entry.effect.endswith(".")
    assert entry.links
    assert [link for link in entry.links if not link.startswith("https://")] == []
    assert len({*entry.links}) == len(entry.links)


@ANY
def test_a_bug_says_how_to_see_it_and_it_alone_has_a_remedy(entry):
    assert entry.test or entry.kind is not Kind.BUG
    assert bool(entry.remedy) == (entry.kind is Kind.BUG)


@ANY
def test_an_entry_is_an_edit_or_a_fault_of_a_category_of_its_own_sort(entry):
    shown_by_equations = list(Category).index(entry.category) < list(Category).index(
        Category.PRECISION
    )

    assert (entry.id in EDITS) != (entry.id in FAULTS)
    assert shown_by_equations or entry.id in FAULTS


@FAULT
def test_a_fault_names_a_specimen_and_the_checks_that_catch_it(fault):
    assert REFERENCE.fullmatch(fault.specimen)
    assert fault.spec in ALGORITHMS
    assert bool(fault.caught_by) or fault.kind is not Kind.BUG
    assert not fault.caught_by or fault.kind is not Kind.FALSE_ALARM


NO_PLACE = {
    "narrow-moments": {"asgd", "rprop", "schedule-free-sgd", "sgd", "signsgd"},
    "gradient-written": {"sparse-adam"},
    "resume-loses-state": {"sgd", "signsgd"},
}


@pytest.mark.parametrize("fault", NO_PLACE)
def test_no_algorithm_has_a_fault_that_it_has_no_place_for(fault):
    without = {name for name, a in ALGORITHMS.items() if not may_have(a, FAULTS[fault])}

    assert without == NO_PLACE[fault]


def test_a_factor_that_rounds_to_one_is_in_the_equations():
    rounds = FAULTS["decay-rounds-to-one"]

    assert {n for n, a in ALGORITHMS.items() if may_have(a, rounds)} == {"adamw", "lion", "muon"}


def thetas(algorithm, hyper, changed="alpha"):
    """Three parameters, and what they may be off by, with a step size or a beta that changes.

    Some of their elements have no gradient, unless one 0/0 would reach the whole tensor.
    """
    rng = np.random.default_rng(0)
    shape = (8, 4) if algorithm.needs_matrices else (32,)
    sizes = np.tile([1, 0.1, 4, 0 if algorithm.is_elementwise else 2], 8).reshape(shape)
    theta0 = tuple(rng.standard_normal(shape) for _ in range(3))
    gradients = tuple(tuple(rng.standard_normal(shape) * sizes for _ in range(3)) for _ in range(6))
    experiment = Experiment(theta0, gradients, hyper, "float64", {4: {changed: 0.125}})
    values = [[now["theta"] for now in row] for row in run(algorithm, Float64(), experiment)]
    allowed = [bound["theta"] for bound in bounds(algorithm, experiment)]
    return np.array(values), error_limit(algorithm) * np.stack(allowed, axis=1)


def same(one, other):
    """Whether two runs are nowhere farther apart than both may be off.

    They must be NaN at the same places, and bounded at the same: what divides by zero is not.
    """
    (x, off), (y, its_off) = one, other
    with np.errstate(invalid="ignore"):
        apart = np.abs(x - y) > off + its_off
    apart |= (np.isnan(x) != np.isnan(y)) | (np.isinf(off) != np.isinf(its_off))
    return not apart.any()


@EDIT
def test_an_edit_applies_and_changes_what_it_applies_to(edit):
    hosts = hosts_of(edit)
    unchanged = [
        host.name
        for host in hosts
        for edited in [host.edited(edit)]
        for hyper in [telling(edited)]
        if all(
            same(thetas(edited, hyper, name), thetas(host, hyper, name))
            for name in ("alpha", *({"beta2"} & host.defaults.keys()))
        )
    ]

    assert hosts
    assert unchanged == []


@BASE
def test_no_two_edits_of_an_algorithm_are_one(base):
    edits = {edit.id: base.edited(edit) for edit in edits_of(base)}
    runs = {name: thetas(edited, telling(edited)) for name, edited in edits.items()}

    assert [ids for ids in combinations(runs, 2) if same(runs[ids[0]], runs[ids[1]])] == []


SIZE = "Relative difference of the displacement: "


def size(edit):
    """What the effect of ``edit`` says of its size, in its first host with the usual eps."""
    host = hosts_of(edit)[0]
    found = discrepancy(host, host.edited(edit), title=host.title)
    relative = dict(zip(found.steps, found.curves[0].relative, strict=True))
    return SIZE + ", ".join(f"{relative[t]:.2g} at t = {t}" for t in (1, 10, 100, 1000)) + "."


@pytest.mark.parametrize(
    "edit", [e for e in EDITS.values() if SIZE in e.effect], ids=lambda e: e.id
)
def test_the_size_of_an_effect_is_measured(edit):
    assert size(edit) in edit.effect
