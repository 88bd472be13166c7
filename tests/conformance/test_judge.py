"""From a target to its verdict and the sentence that gives the reason."""

import pytest

from numpy_adams import (
    ApartAdam,
    CubingAdam,
    FailingAdam,
    HiddenSingleStateAdam,
    NanAdam,
    NoisyAdam,
    PositiveBeta1Adam,
    RateOnlyAdam,
    SharedCounterAdam,
    SingleCorrectionAdam,
    SingleStateAdam,
    StillAdam,
    Unclaimed,
    WideAdam,
)
from optimspec.conformance import check
from optimspec.conformance.checks import CHECKS
from optimspec.conformance.judge import NotTestable, judge
from optimspec.conformance.record import Status
from optimspec.conformance.specimen import Specimen
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.reference import error_limit
from optimspec.spec import UnknownName

pytestmark = pytest.mark.usefixtures("short")

PARTS = ("float64",)
"""The formats of judgements that are about something else."""


def found(record):
    return record.matched and [edit.id for edit in record.matched.edits]


def failed(record):
    return {r.id for r in record.checks if r.status is Status.FAIL}


@pytest.mark.parametrize(
    "target", [NaiveAdam, RateOnlyAdam, ApartAdam, SharedCounterAdam, Unclaimed]
)
def test_right_implementations_conform(target):
    record = check(target, formats=PARTS)

    assert (record.verdict, record.spec, found(record)) == ("conforms", "adam", [])
    assert 0 < record.error_constants["float64"] <= record.error_limit
    assert record.summary.startswith("It computes Adam; it rounds within the bound (float64 k = ")


@pytest.mark.parametrize("name", ["bfloat16", "float16"])
def test_a_narrow_format_alone_is_enough(specimen, name):
    record = judge(specimen(), formats=[name])

    assert (record.verdict, found(record)) == ("conforms", [])


def test_wider_state_conforms():
    assert check(WideAdam, formats=["float32"]).verdict == "conforms"


def test_a_documented_variant_is_named_and_measured_against_its_own_limit(specimen):
    target = specimen("no-bias-correction")
    record = judge(target, formats=PARTS)

    assert (record.verdict, failed(record)) == ("variant", {"formula"})
    assert record.matched.variant == "no-bias-correction"
    assert record.error_limit == error_limit(target.algorithm)
    assert record.summary.startswith("It computes Adam in the variant no-bias-correction; ")


def test_a_known_bug_is_named_and_beside_it_the_variant(specimen):
    record = judge(specimen("betas-swapped", "maximize"), formats=PARTS)

    assert (record.verdict, found(record)) == ("nonconforming", ["betas-swapped", "maximize"])
    assert record.summary == "It computes Adam with betas-swapped, maximize."


def test_corrections_in_single_are_imprecise_in_single():
    """1 - beta2^t loses 1 / (1 - beta2) = 1000 roundings at the first step."""
    record = check(SingleCorrectionAdam, formats=["float64", "float32"])

    assert (record.verdict, found(record)) == ("imprecise", [])
    assert failed(record) == {"precision.float32"}
    assert (
        record.error_constants["float64"] <= record.error_limit < record.error_constants["float32"]
    )


@pytest.mark.parametrize("target", [SingleStateAdam, HiddenSingleStateAdam])
@pytest.mark.usefixtures("shallow")
def test_narrow_state_is_imprecise(target):
    record = check(target, formats=PARTS)

    assert (record.verdict, found(record)) == ("imprecise", [])
    assert "precision.float64" in failed(record)
    assert record.summary.startswith("It computes Adam to the accuracy of float32, but k = ")


def test_a_refused_setting_breaks_a_rule_of_an_otherwise_right_one():
    record = check(PositiveBeta1Adam, formats=PARTS)

    assert (record.verdict, failed(record)) == ("nonconforming", {"runs"})
    assert record.summary == "It computes Adam and rounds within the bound, but fails runs."


@pytest.mark.parametrize(
    ("target", "edit"), [(StillAdam, "update-lost"), (NanAdam, "step-starts-at-zero")]
)
def test_a_target_that_does_nothing_or_gives_nothing_is_explained(target, edit):
    record = check(target, formats=PARTS)

    assert record.verdict == "nonconforming"
    assert found(record) == [edit]
    assert "formula" in failed(record)


@pytest.mark.usefixtures("shallow")
def test_the_unknown_comes_with_a_counterexample_and_the_first_departure():
    record = check(CubingAdam, formats=PARTS)

    assert (record.verdict, record.matched, failed(record)) == ("nonconforming", None, {"formula"})
    assert record.checks[2].counterexample.step == 1
    assert {r.status for r in record.checks[3:]} == {Status.SKIP}
    assert [(at.variable, at.step) for at in record.departures] == [
        ("m", 1), ("v", 1), ("theta", 1)
    ]  # fmt: skip
    assert "m departs first: at step 1" in record.summary


@pytest.mark.usefixtures("shallow")
def test_without_a_claim_the_unknown_is_measured_against_nothing():
    class Cubing(CubingAdam):
        """Has no name that says what it is."""

    record = check(Cubing, formats=PARTS)

    assert (record.verdict, record.departures) == ("nonconforming", [])
    assert record.summary.startswith("It does not compute any of the algorithms")
    assert record.checks[2].counterexample is None


@pytest.mark.usefixtures("shallow")
def test_what_differs_from_run_to_run_is_said_once():
    record = check(NoisyAdam, formats=PARTS)

    assert "repeats" in failed(record)
    assert not any(name.startswith("contract.") for name in failed(record))


def test_a_target_that_fails_where_a_case_begins_is_known_by_the_others():
    def step(theta, grad, lr=0.1):
        len(grad)  # takes no scalars
        return theta - lr * grad

    record = check(step, "sgd", formats=PARTS)
    assert (record.verdict, record.matched.edits) == ("nonconforming", [])
    assert "runs" in failed(record)


def test_what_never_runs_is_an_error_with_the_reason():
    record = check(FailingAdam, formats=PARTS)

    assert (record.verdict, record.checks, record.series) == ("error", [], [])
    assert record.summary.startswith(r"It does not run: RuntimeError: \udcff (line ")
    assert record.model_dump_json()


def test_without_a_claim_it_is_identified_among_all(specimen):
    class Silent(Specimen):
        claim = None

    record = judge(Silent(specimen(base="adamw").algorithm), formats=PARTS)

    assert (record.verdict, record.spec, record.matched.algorithm) == ("conforms", "adamw", "adamw")


@pytest.mark.parametrize("formats", [["bfloat16"], ["float65"]])
def test_formats_that_the_target_does_not_take(formats):
    with pytest.raises(NotTestable, match=f"float64, float32, float16, and {formats[0]} was asked"):
        check(NaiveAdam, formats=formats)


def test_a_spec_that_is_not_there():
    with pytest.raises(UnknownName, match="Did you mean 'adamw'"):
        check(NaiveAdam, spec="adamww")


def test_a_judgement_follows_from_its_seed():
    first, second = (
        check(NaiveAdam, formats=PARTS, seed=0).model_dump(
            exclude={"seconds": True, "checks": {"__all__": {"seconds"}}}
        )
        for _ in range(2)
    )

    assert first == second
    assert first["environment"]["seed"] == 0


def test_every_stage_is_announced(specimen):
    stages = []
    judge(specimen(), formats=PARTS, proofs=False, progress=stages.append)

    assert len(stages) == 1 + len(CHECKS)


def test_a_record_holds_the_errors_step_by_step(specimen):
    record = judge(specimen(), formats=PARTS)
    (series,) = record.series

    assert (series.case, series.format, series.variable) == ("normal", "float64", "theta")
    assert series.steps == list(range(1, 31))
    assert all(
        error <= record.error_limit * bound
        for error, bound in zip(series.error, series.bound, strict=True)
    )


def test_proofs_are_made_when_asked_for(specimen, adam):
    with_proofs, without = (
        judge(specimen(), formats=PARTS, proofs=proofs).specification for proofs in (True, False)
    )

    assert with_proofs.claims
    assert not without.claims
    assert [e.variable for e in without.equations] == [e.lhs.name for e in adam.equations]
