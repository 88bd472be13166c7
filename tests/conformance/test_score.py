"""The suite's own score: what is planted is judged, named and counted rightly."""

import json
from importlib.resources import files
from types import SimpleNamespace

import jsonschema
import pytest

from optimspec.conformance import score_faults
from optimspec.conformance.load import CannotLoad
from optimspec.conformance.record import Status, Verdict
from optimspec.conformance.score import AIMS, figures, judged, shortfalls
from optimspec.conformance.score_mutants import (
    Planting,
    edited,
    known,
    mutated,
    pairs,
    sample,
)
from optimspec.conformance.score_record import (
    FaultOutcome,
    Figures,
    Group,
    Mutant,
    Named,
    Outcome,
    schema,
)
from optimspec.conformance.score_run import Selection
from optimspec.spec import ALGORITHMS, FAULTS, UnknownName, combinable, edits_of, mutations_of

pytestmark = pytest.mark.usefixtures("short")


def outcome(verdict="nonconforming", *, named=Named.PLANTED, caught=True, format="float64"):
    return Outcome(
        format=format, verdict=verdict, summary="", diagnosis=[], named=named, proof=[],
        caught=caught, seconds=0.0,
    )  # fmt: skip


def mutant(*outcomes, group=Group.CATALOGUE, equivalent=()):
    return Mutant(
        algorithm="adam", group=group, edits=[], equivalent=list(equivalent), outcomes=outcomes
    )


CAUGHT = mutant(outcome())
MISNAMED = mutant(outcome(named=Named.OTHER))
ACQUITTED = mutant(outcome("conforms", named=Named.OTHER, caught=False))
EQUIVALENT = mutant(outcome("conforms", named=Named.OTHER, caught=False), equivalent=["It is."])


def test_every_edit_and_every_mutation_is_planted_once(adam):
    planted = [*known(adam), *mutated(adam)]

    named = [p.edits[-1] for p in planted]
    assert named == [*(e.id for e in combinable(adam)), *(e.id for e in mutations_of(adam))]
    assert {e.id for e in edits_of(adam)} <= {p.edits[0] for p in planted if len(p.edits) == 1}
    assert ("amsgrad", "amsgrad-ignored") in {p.edits for p in planted}
    assert {p.group for p in planted} == {Group.CATALOGUE, Group.MUTATION}


def test_pairs_are_those_that_can_be_made_together(adam):
    combined = [p.edits for p in pairs(adam)]

    assert ("betas-swapped", "maximize") in combined
    assert ("eps-missing", "eps-hat") not in combined
    assert all(one != other for one, other in combined)
    assert len(set(map(frozenset, combined))) == len(combined)


def test_a_sample_follows_from_its_seed_and_keeps_the_order(adam):
    combined = pairs(adam)
    drawn = sample(combined, 10, seed=1)

    assert drawn == sample(combined, 10, seed=1) != sample(combined, 10, seed=2)
    assert drawn == [p for p in combined if p in drawn]
    assert sample(combined, 10**6, seed=1) == sample(combined, None, seed=1) == combined


def test_edits_are_made_by_name(adam):
    names = ["maximize", "mutation:m:swap-1", "alpha-fixed:1"]

    assert [edit.id for edit in edited(adam, names).edits] == names
    with pytest.raises(UnknownName):
        edited(adam, ["no-such-edit"])


@pytest.mark.parametrize(
    ("edits", "group", "verdict", "named"),
    [
        (("eps-hat",), Group.CATALOGUE, Verdict.VARIANT, Named.PLANTED),
        (("betas-swapped", "maximize"), Group.PAIR, Verdict.NONCONFORMING, Named.PLANTED),
        (("mutation:theta:drop-term-4",), Group.MUTATION, Verdict.NONCONFORMING, Named.EQUIVALENT),
        (("mutation:theta:turn-sign-2",), Group.MUTATION, Verdict.VARIANT, Named.EQUIVALENT),
    ],
)
def test_what_is_planted_is_caught_and_named(edits, group, verdict, named):
    found = judged(Planting("adam", group, edits), ["float64"], seed=0)
    (said,) = found.outcomes

    assert (said.verdict, said.named, said.caught) == (verdict, named, True)
    assert bool(said.proof) == (named is Named.EQUIVALENT)
    assert not found.equivalent
    assert [edit.id for edit in found.edits] == list(edits)


def test_figures_count_equivalents_apart():
    (row,) = figures([CAUGHT, MISNAMED, ACQUITTED, EQUIVALENT])

    assert row == Figures(
        format="float64",
        group=Group.CATALOGUE,
        mutants=3,
        equivalent=1,
        caught=2,
        acquitted=1,
        named=1,
    )
    assert row.missed == 1


@pytest.mark.parametrize(
    ("mutants", "said"),
    [
        ([CAUGHT] * 100, []),
        ([CAUGHT] * 99 + [EQUIVALENT], []),
        ([CAUGHT] * 99 + [ACQUITTED], ["no mutant may conform: 1 do", "100% must be caught: 99"]),
        ([CAUGHT] * 94 + [MISNAMED] * 6, ["95% of group catalogue must be named: 94 of 100"]),
        ([mutant(outcome(named=Named.NOTHING), group=Group.MUTATION)], []),
        ([mutant(outcome(caught=False, format="float32"))] + [CAUGHT] * 9, ["0 of 1 are"]),
    ],
)
def test_aims_that_are_missed_are_said(mutants, said):
    short = shortfalls(figures(mutants), [])

    assert len(short) == len(said)
    assert all(part in sentence for part, sentence in zip(said, short, strict=True))
    assert {aim.format for aim in AIMS} == {"float64", "float32"}


def fault(verdict, expected, failed):
    return FaultOutcome(
        id="f", kind="bug", statement="", target="T", verdict=verdict, summary="",
        expected=expected, failed=failed, seconds=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "as_expected"),
    [
        (fault("nonconforming", ["a"], ["a", "b"]), True),
        (fault("nonconforming", ["a", "c"], ["a", "b"]), False),
        (fault("conforms", ["a"], ["a"]), False),
        (fault("conforms", [], []), True),
        (fault("variant", [], []), False),
    ],
)
def test_a_fault_has_to_fail_its_checks_and_a_false_alarm_to_conform(found, as_expected):
    assert found.as_expected == as_expected
    assert (shortfalls([], [found]) == []) == as_expected


@pytest.mark.parametrize("into", ["torch.optim:Adam", ""])
def test_a_fault_in_code_is_judged_where_and_as_its_entry_says(monkeypatch, into):
    fault = FAULTS["skips-tail"] if into else FAULTS["scalars-in-parameter-format"]
    asked = {}

    def judge(target, claimed, *, formats, seed, proofs):
        asked.update(target=target, claimed=claimed, formats=formats)
        checks = [SimpleNamespace(id=each, status=Status.FAIL) for each in fault.caught_by]
        return SimpleNamespace(
            target=target.name, verdict=Verdict.NONCONFORMING, summary="It fails.", checks=checks
        )

    monkeypatch.setattr(score_faults, "judge", judge)
    found = score_faults.judged_fault(score_faults.Host(fault.id, into), seed=0)

    assert found.as_expected
    assert asked["formats"] == fault.formats
    assert (into or fault.specimen) in asked["target"].name
    assert asked["claimed"] == (None if into else ALGORITHMS[fault.spec])


def test_a_fault_that_cannot_be_loaded_is_not_as_expected(monkeypatch):
    def planted(fault, host):
        raise CannotLoad("no luck")

    monkeypatch.setattr(score_faults, "planted", planted)
    found = score_faults.judged_fault(score_faults.Host("skips-tail", "torch.optim:Adam"), seed=0)

    assert (found.verdict, found.summary, found.as_expected) == (Verdict.ERROR, "no luck", False)


def test_patterns_select_what_matches_wholly():
    patterns = ("eps-*", "maximize")
    chosen = Selection(tuple(ALGORITHMS.values()), ("float64",), 0, None, True, patterns, 0)

    assert chosen.takes("eps-hat", "maximize")
    assert not chosen.takes("eps-hat", "betas-swapped")


def test_the_published_schema_is_the_classes():
    published = files("optimspec.conformance").joinpath("score.schema.json")

    assert published.read_text(encoding="utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))
