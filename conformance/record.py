"""Result records: what the CLI prints, JSON holds, and reports render.

The JSON form is versioned. ``record.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.record``); numbers that JSON cannot
hold are written as "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    field_validator,
)

SCHEMA_VERSION: Final = "1"

Number = Annotated[
    float,
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}),
]


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


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    @field_validator("*", mode="before")
    @classmethod
    def _encodable(cls, value: object) -> object:
        """Write what UTF-8 cannot hold, as in an undecodable path or message, as an escape."""
        return value.encode(errors="backslashreplace").decode() if type(value) is str else value


class Counterexample(_Model):
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


class CheckResult(_Model):
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


class EquationRecord(_Model):
    """An equation as LaTeX, with its meaning and place."""

    variable: str
    latex: str
    meaning: str
    place: str = ""


class EquationChange(_Model):
    """An equation before and after an edit, as LaTeX and as a line of text.

    None where only one of them has it.
    """

    variable: str
    before: str | None
    after: str | None
    before_text: str | None = None
    after_text: str | None = None


def _share(x: float) -> str:
    if 0 < x < 0.001:
        return f"{x:.1e}"
    return f"{100 * x:.2g} %" if x < 10 else f"{x:.2g} times"


class Size(_Model):
    """How large the effect of an edit is, for one value of epsilon."""

    epsilon: Number | None = Field(description="None where the equations have none")
    steps: list[int]
    relative: list[Number] = Field(
        description="|d' - d| / |d| after each of the steps, for the displacements d before and d' "
        "after the edit, on gradients from N(0, 1)"
    )

    @property
    def text(self) -> str:
        """The size in a sentence."""
        given = "" if self.epsilon is None else f" and epsilon = {self.epsilon:g}"
        if not any(self.relative):
            return f"With gradients from N(0, 1){given} the parameters move alike."
        after = ", ".join(map(str, self.steps))
        return (
            f"With gradients from N(0, 1){given} the displacement is off by "
            f"{', '.join(map(_share, self.relative))} after {after} steps."
        )


class EditRecord(_Model):
    """A variant or known bug found in a target, or an edit that nobody has reported."""

    id: str
    kind: Literal["variant", "bug", "by-design", "false-alarm"]
    statement: str
    effect: str
    remedy: str
    links: list[str]
    changes: list[EquationChange]
    seen_in: str = Field("", description="who has it or had it")
    sizes: list[Size] = []


class Matched(_Model):
    """What the target was found to compute."""

    algorithm: str
    variant: str | None = Field(description="ids of the variants, joined by '+', or None")
    edits: list[EditRecord]
    others: list[list[str]] = Field(
        default=[], description="edits that explain it equally on everything that was run"
    )


class Departure(_Model):
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


class ProofStepRecord(_Model):
    """One line of a proof: what is done, and the formula it gives."""

    text: str
    latex: str


class ClaimRecord(_Model):
    """A statement about the algorithm, proved or refuted by SymPy from its equations."""

    id: str
    statement: str
    latex: str = Field(description="the statement as a formula")
    source: str = Field(description="who states it, and where")
    url: str
    outcome: Literal["proved", "refuted"]
    steps: list[ProofStepRecord]


class Specification(_Model):
    """The specification a target was judged against, ready to be shown."""

    name: str
    title: str
    source: str
    url: str
    equations: list[EquationRecord]
    claims: list[ClaimRecord] = []


class Series(_Model):
    """The largest error over elements and the bound there, step by step, for one run."""

    case: str
    format: str
    variable: str
    steps: list[int]
    error: list[Number]
    bound: list[Number]


class Environment(_Model):
    """Where and with what a record was made."""

    versions: dict[str, str]
    platform: str
    seed: int


class Record(_Model):
    """Everything known about one target after it was judged."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    target: str
    about: str = Field("", description="what the target is, in a sentence, where it is known")
    spec: str
    verdict: Verdict
    summary: str = Field(description="the verdict's reason in one or two sentences")
    matched: Matched | None
    departures: list[Departure] = Field(
        default=[],
        description="where nothing explains the target: the first departure of each variable that "
        "departs, the first to do so first",
    )
    error_constants: dict[str, Number] = Field(description="k by parameter format")
    error_limit: Number | None = Field(description="the largest k that a faithful evaluation has")
    checks: list[CheckResult]
    series: list[Series]
    specification: Specification
    environment: Environment
    seconds: float = 0.0


RECORDS: Final[TypeAdapter[Record | list[Record]]] = TypeAdapter(Record | list[Record])
"""What a JSON file holds: one record, or a list of them."""


def schema() -> str:
    """The JSON schema of a file of records, as published in ``record.schema.json``."""
    return json.dumps(RECORDS.json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
