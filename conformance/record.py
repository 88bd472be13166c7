"""Result records: what the CLI prints, JSON holds, and reports render.

The JSON form is versioned. ``record.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.record``); numbers that JSON cannot
hold are written as "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field, TypeAdapter

from optimspec.conformance.encoding import Encoded, Items, Number
from optimspec.conformance.specification_record import (
    EditRecord,
    EquationRecord,
    Setting,
    Specification,
)

SCHEMA_VERSION: Final = "1"


class Verdict(StrEnum):
    """The outcome for a target."""

    CONFORMS = "conforms"
    VARIANT = "variant"
    IMPRECISE = "imprecise"
    NONCONFORMING = "nonconforming"
    ERROR = "error"


class Status(StrEnum):
    """The outcome of one check."""

    PASS = "pass"
    FAIL = "fail"
    SKIP = "skip"
    XFAIL = "xfail"
    XPASS = "xpass"
    ERROR = "error"


class Counterexample(Encoded):
    """Inputs on which a target departs from its specification, and by how much."""

    case: str = Field(description="the name of the case, or 'search' for one found at random")
    format: str = Field(description="format of the parameters")
    step: int = Field(description="the first step that departs, from 1")
    parameter: int = Field(description="index of the parameter tensor, from 0")
    element: int = Field(description="index of the element in the flattened tensor")
    variable: str = Field(description="the variable that departs: theta or a state variable")
    got: Number
    expected: Number = Field(description="the true value, rounded once to the format")
    error: Number = Field(description="|got - truth|")
    bound: Number = Field(description="the error bound E at this step and element")
    snippet: str = Field(description="a program that reproduces it")

    @property
    def where(self) -> str:
        """The place in words, where no program shows it."""
        return (
            f"{self.format}.{self.case}, step {self.step}: {self.variable} of parameter "
            f"{self.parameter}, element {self.element}"
        )


class CheckResult(Encoded):
    """The result of one check."""

    id: str
    title: str = Field(description="the rule the check tests, in one sentence")
    cites: str = Field(description="the equation, theorem or clause the rule comes from")
    status: Status
    measure: Number | None = Field(description="what was measured, in units of the limit")
    limit: Number | None
    message: str = Field(description="what was found; for a skip, why")
    counterexample: Counterexample | None = None
    seconds: float = Field(0.0, description="time the check took")


class Matched(Encoded):
    """What the target was found to compute."""

    algorithm: str
    variant: str | None = Field(description="ids of the variants, joined by '+', or None")
    edits: Items[EditRecord]
    equations: Items[EquationRecord] = Field(default=[], description="those of all edits together")
    others: Items[Items[str]] = Field(
        default=[], description="edits that explain it equally on everything that was run"
    )


class Departure(Encoded):
    """Where a variable of a target first departs from the equations of its claim."""

    variable: str
    case: str
    format: str
    step: int = Field(description="from 1")
    parameter: int
    element: int
    got: Number
    expected: Number
    error: Number
    bound: Number


class Series(Encoded):
    """The largest error over elements and the bound there, step by step, for one run."""

    case: str
    format: str
    variable: str
    steps: Items[int]
    error: Items[Number]
    bound: Items[Number]


class Environment(Encoded):
    """Where and with what a record was made."""

    versions: dict[str, str]
    platform: str
    seed: int


class Asked(Encoded):
    """What a result depends on besides its environment: what was asked for, and the code."""

    spec: str | None = Field(description="the specification named; None: by the target's name")
    formats: Items[str] = Field(description="those named; none for all that the target takes")
    long: bool = Field(description="whether what takes seconds or more was tried too")
    code: str = Field(
        description="SHA-256 of the file that the target's reference names, in hexadecimal, before "
        "it was judged; empty where there is none"
    )
    device: str = Field("cpu", description="where tensors of the target were")


class Record(Encoded):
    """Everything known about one target after it was judged."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    target: str
    about: str = Field("", description="what the target is, in a sentence, where it is known")
    spec: str
    verdict: Verdict
    summary: str = Field(description="the verdict's reason in one or two sentences")
    matched: Matched | None
    departures: Items[Departure] = Field(
        default=[],
        description="where nothing explains the target: the first departure of each variable that "
        "departs, the first to do so first",
    )
    settings: Items[Setting] = Field(
        default=[], description="the hyperparameters of what it was found to compute, or claims"
    )
    error_constants: dict[str, Number] = Field(description="k by parameter format")
    error_limit: Number | None = Field(description="the largest k that a faithful evaluation has")
    checks: Items[CheckResult]
    series: Items[Series]
    specification: Specification
    environment: Environment
    asked: Asked | None = Field(None, description="of records that `optimspec check` made")
    seconds: float = 0.0


RECORDS: Final[TypeAdapter[Record | list[Record]]] = TypeAdapter(Record | list[Record])
"""What a JSON file holds: one record, or a list of them."""


def schema() -> str:
    """The JSON schema of a file of records, as published in ``record.schema.json``."""
    return json.dumps(RECORDS.json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
