"""What an explanation holds."""

from dataclasses import replace

import pytest

from optimspec.conformance.explain import catalogue, entry_record, explain_entry
from optimspec.conformance.explain_record import tally
from optimspec.spec import ALGORITHMS, EDITS, Category, Fault, Kind
from optimspec.spec.catalogue import ENTRIES

PLANTED = Fault(
    id="planted",
    kind=Kind.BUG,
    category=Category.LAYOUT,
    statement="It forgets.",
    effect="Nothing moves.",
    links=(),
    specimen="a.module:Wrapper",
    into=("torch.optim:AdamW",),
    caught_by=("contract.layout",),
)


def test_every_entry_has_a_record():
    assert [e.id for e in catalogue(bool)] == [e.id for e in ENTRIES]


def test_every_edit_applies_somewhere_and_shows_what_it_changes():
    for record in catalogue(lambda e: e.id in EDITS):
        assert record.algorithms, record.id
        assert all(rewriting.changes for rewriting in record.equations)


def test_algorithms_with_the_same_changes_stand_together():
    """Both have Adam's moments; AdamW's update is another."""
    moments, updates = (
        [r.titles for r in entry_record(EDITS[name]).equations]
        for name in ("first-moment-unscaled", "eps-hat")
    )

    assert {"Adam", "AdamW"} <= set(moments[0])
    assert [{"Adam", "AdamW"} & set(titles) for titles in updates[:3]] == [
        {"Adam"}, set(), {"AdamW"}
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_an_explanation_has_a_size_for_each_algorithm(name):
    told = explain_entry(EDITS["eps-hat"], 4)

    assert name in [found.algorithm for found in told.discrepancies]


def test_a_fault_has_a_specimen_and_no_equations():
    told = explain_entry(PLANTED)

    assert (told.entry.equations, told.discrepancies) == ([], [])
    assert dict(told.entry.facts) == {
        "Effect": "Nothing moves.",
        "Specimen": "a.module:Wrapper",
        "Caught by": "contract.layout",
    }


def test_a_wrapper_may_be_around_any_optimizer_that_has_what_it_needs():
    counting = entry_record(replace(PLANTED, needs=("t", "state"))).algorithms

    assert entry_record(PLANTED).algorithms == list(ALGORITHMS)
    assert {"adam", "radam"} <= set(counting)
    assert not {"sgd", "lion", "rmsprop"} & set(counting)


def test_an_edit_of_an_option_is_shown_in_the_algorithm_with_the_option():
    told = explain_entry(EDITS["amsgrad-ignored"], 1)

    assert {"adam", "adamw"} <= set(told.entry.algorithms)
    assert "Adam with amsgrad" in [found.title for found in told.discrepancies]


def test_a_tally_counts_each_kind():
    bug = entry_record(PLANTED)
    alarm = bug.model_copy(update={"kind": "false-alarm"})

    assert tally([bug, alarm, bug]) == "3 entries: 2 bugs, 1 false alarm"
