"""What all records have in common: how they are written as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, WithJsonSchema, field_validator

Number = Annotated[
    float,
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}),
]
"""A float; NaN and infinities, which JSON cannot hold, are written as strings."""


class Encoded(BaseModel):
    """A part of a record."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    @field_validator("*", mode="before")
    @classmethod
    def _encodable(cls, value: object) -> object:
        """Write what UTF-8 cannot hold, as in an undecodable path or message, as an escape."""
        return value.encode(errors="backslashreplace").decode() if type(value) is str else value
