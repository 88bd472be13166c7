"""Test vectors, and answers to them, as files hold them.

The JSON form is versioned. ``vectors.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.vectors_record``).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

VECTORS_VERSION: Final = "1"

Hex = Annotated[str, Field(pattern=r"^(-?(0x[01](\.[0-9a-f]+)?p[+-][0-9]+|inf)|nan)$")]
"""A number, exactly: C's hexadecimal form, such as "0x1.8p+1", or "inf", "-inf", "nan"."""

FormatName = Literal["float64", "float32", "bfloat16", "float16"]

Size = Annotated[int, Field(ge=1)]

Tensor = Annotated[list[Hex], Field(description="the elements, rows one after the other")]

Values = Annotated[
    dict[str, list[Tensor]],
    Field(description="by variable, theta or a state variable's name: a tensor for each parameter"),
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(_Model):
    """Where the equations are stated."""

    work: str
    place: str
    url: str


class Line(_Model):
    """One equation of a step."""

    variable: str
    text: str = Field(description="the equation in plain text")
    meaning: str


class Kept(_Model):
    """A variable that is kept from step to step."""

    variable: str
    start: str = Field(description="its value before the first step")
    meaning: str


class Setting(_Model):
    """A hyperparameter."""

    name: str
    domain: str
    meaning: str


class Note(_Model):
    """What a flag of tests says."""

    purpose: str
    entry: str = Field(
        description="an entry of the catalogue of what has gone wrong with such, in this "
        "algorithm or another"
    )
    link: str


class Inline(_Model):
    """The numbers of a test."""

    theta0: Annotated[list[Tensor], Field(min_length=1, description="the parameters' start values")]
    gradients: Annotated[
        list[list[Tensor | None]],
        Field(
            min_length=1,
            description="for each step and parameter; null: the parameter has no gradient",
        ),
    ]
    expected: Annotated[
        list[Values],
        Field(description="after each step, the true values, rounded once to the format"),
    ]
    bounds: Annotated[
        list[Values], Field(description="the error bound E of each of them, inf where none holds")
    ]


class Vector(_Model):
    """One run: inputs, what the equations give, and what rounding may change."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["numbers"]}, {"required": ["tensors"]}]}
    )

    id: str = Field(description="the format and a name, such as float32.normal")
    comment: str = Field(description="what its inputs are")
    flags: list[str] = Field(description="what it is for; the header's notes explain them")
    catches: list[str] = Field(
        description="entries of the catalogue whose equations, evaluated in float64 and rounded to "
        "the format after each step, are beyond the limit here"
    )
    hyperparameters: dict[str, Hex] = Field(description="before the first step, as doubles")
    changes: dict[int, dict[str, Hex]] = Field(
        description="hyperparameters that take a new value before a step, by step from 1"
    )
    shapes: dict[str, list[list[Size]]] = Field(
        description="by variable, of each parameter; a single number has no axes"
    )
    tensors: str | None = Field(
        None, description="the safetensors file that has the numbers, where they are not here"
    )
    numbers: Inline | None = Field(None, description="the numbers, where no file has them")

    @model_validator(mode="after")
    def _in_one_place(self) -> Self:
        if (self.numbers is None) == (self.tensors is None):
            raise ValueError("a test has either numbers or tensors")
        return self


class Vectors(_Model):
    """Test vectors of one algorithm in one format."""

    schema_version: Literal["1"] = VECTORS_VERSION
    generator: str
    algorithm: str
    title: str
    paper: Paper
    equations: list[Line]
    hyperparameters: list[Setting]
    state: list[Kept]
    format: FormatName = Field(description="of parameters and gradients")
    seed: int = Field(ge=0, description="all inputs follow from it")
    limit: int = Field(description="the largest error constant k that a faithful evaluation has")
    inputs: str = Field(description="a digest of all inputs, which answers may carry")
    notes: dict[str, Note] = Field(description="by flag")
    tests: list[Vector] = Field(min_length=1)


Number = Annotated[
    Any,  # whatever is none gets a sentence of its own
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
"""A number, or a string with one in hexadecimal form, "inf", "-inf" or "nan"."""

Step = Annotated[
    dict[str, list[list[Number]]],
    Field(description="theta, and state if it is shown, laid out as in `expected`"),
]


class Skipped(_Model):
    """A test that the implementation cannot run, and why."""

    skipped: str


class Answers(_Model):
    """What an implementation gives on the tests of one file or more."""

    answers_version: Literal["1"] = VECTORS_VERSION
    inputs: str | None = Field(None, description="the header's digest of the file answered")
    state_formats: dict[str, FormatName] = Field(
        default={}, description="formats of state variables kept in another one than parameters"
    )
    tests: dict[str, list[Step] | Skipped] = Field(
        description="by the id of a test what there is after each step, or why there is nothing"
    )


FILES: Final[TypeAdapter[Vectors | Answers]] = TypeAdapter(Vectors | Answers)
"""What a JSON file holds."""


def schema() -> str:
    """The JSON schema of files of vectors and answers, as published in ``vectors.schema.json``."""
    return json.dumps(FILES.json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
