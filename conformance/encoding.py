"""What all records have in common: how they are written as JSON."""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast, WithJsonSchema, field_validator

from optimspec.conformance.visible import excerpt

Number = Annotated[
    float,
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}),
]
"""A float; NaN and infinities, which JSON cannot hold, are written as strings."""

T = TypeVar("T")

Items = Annotated[list[T], FailFast()]
"""A list, of which the first mistake alone is told: a file may have millions."""

LONGEST: Final = 2**16
"""Characters of one text in a record: a program that reproduces a finding has hundreds."""


class Encoded(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    @field_validator("*", mode="before")
    @classmethod
    def _shown(cls, value: object) -> object:
        """Make all text visible and of bounded length, whoever made or wrote it."""
        return _shown(value)


def _shown(value: object) -> object:
    if isinstance(value, str):
        return excerpt(value, LONGEST)
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {_shown(key): _shown(item) for key, item in value.items()}
    return value
