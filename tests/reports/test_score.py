"""The page of the suite's own score: misses first, all of them, proofs included."""

import pytest

from optimspec.conformance.record import Environment, Verdict
from optimspec.conformance.score_record import (
    FaultOutcome,
    Figures,
    Group,
    Mutant,
    Named,
    Outcome,
    Score,
)
from optimspec.conformance.specification_record import EditRecord, EquationChange
from optimspec.reports.score import diagnosis, fate, headline, render


def outcome(**changes):
    usual = {
        "format": "float64", "verdict": Verdict.NONCONFORMING, "summary": "It computes x.",
        "diagnosis": ["x"], "named": Named.PLANTED, "proof": [], "caught": True, "seconds": 1.0,
    }  # fmt: skip
    return Outcome(**usual | changes)


def mutant(name, *outcomes, equivalent=()):
    change = EquationChange(variable="v", before="v_{t} = g_{t}^{2}", after=r"v_{t} = g_{t} < 1")
    edit = EditRecord(
        id=name, kind="bug", statement=f"<{name}> is planted.", effect="", remedy="", links=[],
        changes=[change],
    )  # fmt: skip
    return Mutant(
        algorithm="adam", group=Group.MUTATION, edits=[edit], equivalent=list(equivalent),
        outcomes=outcomes,
    )  # fmt: skip


FIGURES = Figures(
    format="float64", group=Group.MUTATION, mutants=8, equivalent=1, caught=6, acquitted=1, named=5
)
FAULT = FaultOutcome(
    id="narrow", kind="bug", statement="It is narrow.", target="Adam with narrow",
    verdict=Verdict.CONFORMS, summary="It conforms.", expected=["formula"], failed=[], seconds=1.0,
)  # fmt: skip
OTHERWISE = outcome(named=Named.OTHER, diagnosis=["y"])
PASSED = outcome(caught=False, verdict=Verdict.CONFORMS, named=Named.OTHER, diagnosis=[])
FATES = {
    "named": mutant("good", outcome()),
    "equivalent": mutant("same", PASSED, equivalent=["Both are <one>."]),
    "misnamed": mutant("odd", outcome(), OTHERWISE),
    "missed": mutant("gone", outcome(), PASSED),
}


@pytest.fixture
def page():
    return render(
        Score(
            figures=[FIGURES],
            shortfalls=["In float64 100% must be caught: 6 of 8 are."],
            mutants=list(FATES.values()),
            faults=[FAULT],
            pairs_possible=3,
            mutations_possible=5,
            environment=Environment(versions={}, platform="", seed=7),
            seconds=1.0,
        )
    )


@pytest.mark.parametrize("name", FATES)
def test_a_mutant_fares_as_in_its_worst_format(name):
    assert fate(FATES[name]) == name


def test_misses_come_first(page):
    places = [page.index(f"<code>{name}</code>") for name in ("gone", "odd", "same", "good")]

    assert places == sorted(places)


def test_every_fate_that_occurs_can_be_filtered_by(page):
    for name in FATES:
        assert f'id="show-{name}"' in page
        assert f"#show-{name}:checked" in page
        assert f'<tr class="{name}">' in page


def test_figures_proofs_faults_and_missed_aims_are_shown(page):
    aim = "In float64 100% must be caught: 6 of 8 are."
    for text in ("6 (75.0%)", "5 (62.5%)", "Both are &lt;one&gt;.", "<s>formula</s>", aim):
        assert text in page


def test_text_is_escaped_and_nothing_runs(page):
    assert "&lt;gone&gt; is planted." in page
    assert "<script" not in page
    assert "<math" in page


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (outcome(), "named as planted"),
        (outcome(named=Named.EQUIVALENT), "named x, which is proved to be the same optimizer"),
        (outcome(named=Named.OTHER, diagnosis=["y", "z"]), "named y + z"),
        (PASSED, "said to be the algorithm itself"),
        (outcome(named=Named.NOTHING, diagnosis=[]), "not named"),
    ],
)
def test_a_diagnosis_in_words(found, said):
    assert diagnosis(found) == said


def test_the_headline_counts_by_format():
    other = FIGURES.model_copy(update={"format": "float32", "caught": 4})

    assert "6 of 8 in float64, 4 of 8 in float32" in headline([FIGURES, other])
    assert "none was planted" in headline([])
