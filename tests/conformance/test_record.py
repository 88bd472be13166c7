"""Records keep every number and character, and are what their published schema says."""

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from optimspec.conformance.encoding import LONGEST
from optimspec.conformance.judge import judge
from optimspec.conformance.load import as_target
from optimspec.conformance.record import (
    RECORDS,
    CheckResult,
    Counterexample,
    Environment,
    Matched,
    Status,
    schema,
)
from optimspec.conformance.visible import visible
from optimspec.impls.naive_numpy import NaiveAdam

SCHEMA = json.loads(schema())


class NanAdam(NaiveAdam):
    def step(self, gradients):
        for theta in self.parameters:
            theta[...] = np.nan


@pytest.fixture(scope="module", params=[NaiveAdam, NanAdam])
def record(request):
    """A record of each kind: with proofs and errors, or with a counterexample that is NaN."""
    target = as_target(request.param, {}, "tests:Target")
    return judge(target, formats=["float64"], proofs=request.param is NaiveAdam)


def counterexample(number):
    return Counterexample(
        case="search", format="float64", step=1, parameter=0, element=0, variable="theta",
        got=number, expected=number, error=number, bound=number, snippet="",
    )  # fmt: skip


def result(**fields):
    given = {"id": "x", "title": "", "cites": "", "status": Status.FAIL, "measure": None}
    return CheckResult(**given | {"limit": None, "message": ""} | fields)


def test_the_published_schema_is_the_classes():
    published = files("optimspec.conformance").joinpath("record.schema.json")

    assert published.read_text(encoding="utf-8") == schema()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_judged_record_keeps_to_the_schema(record):
    written = json.loads(record.model_dump_json())

    jsonschema.validate(written, SCHEMA)
    jsonschema.validate([written, written], SCHEMA)


def test_the_schema_refuses_what_is_no_record(record):
    written = json.loads(record.model_dump_json())
    for wrong in ({**written, "verdict": "fine"}, {**written, "extra": 1}, {"target": "x"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def test_a_judged_record_survives_the_round_trip(record):
    again = RECORDS.validate_json(record.model_dump_json())

    assert again.model_dump_json() == record.model_dump_json()


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, -0.0, 5e-324, 0.1, 2.0**53 + 2])
def test_every_number_survives_the_round_trip(number):
    example = counterexample(number)
    text = example.model_dump_json()
    again = Counterexample.model_validate_json(text)

    assert np.array(again.got).tobytes() == np.array(float(number)).tobytes()
    json.loads(text, parse_constant=pytest.fail)


@pytest.mark.parametrize("text", ["a\udcffb", "\ud800", "\udcff/mine.py:Adam", "\x1b[1m\r\u202e"])
def test_what_acts_or_cannot_be_written_is_an_escape(text):
    made = result(message=text)

    assert made.message == visible(text) != text
    assert CheckResult.model_validate_json(made.model_dump_json()) == made


def test_text_in_lists_and_keys_is_shown_too():
    made = Matched(algorithm="x", variant=None, edits=[], others=[["\x1b"], ["\u202e"]])
    where = Environment(versions={"\r": "\x00"}, platform="", seed=0)

    assert made.others == [[r"\x1b"], [r"\u202e"]]
    assert where.versions == {r"\r": r"\x00"}


def test_a_text_without_end_is_cut_and_says_so():
    made = result(message="x" * 10**6)

    assert len(made.message) == LONGEST
    assert made.message.endswith("x... (1000000 characters)")
    assert CheckResult.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("text", ["θ → 0 µ", "line\nbreak", "𝛽"])
def test_other_text_is_kept(text):
    assert result(message=text).message == text
