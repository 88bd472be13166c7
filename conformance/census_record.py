"""The census: what implementations of a declared list compute, in one file.

The JSON form is versioned. ``census.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.census_record``).
"""

from __future__ import annotations

import json
from typing import Final, Literal

from pydantic import Field, JsonValue

from optimspec.conformance.encoding import Encoded, Items, Number
from optimspec.conformance.record import CheckResult, Departure, Environment, Verdict
from optimspec.conformance.specification_record import (
    EditRecord,
    EquationRecord,
    Setting,
    Specification,
)

CENSUS_VERSION: Final = "1"

WRONG: Final = frozenset({Verdict.IMPRECISE, Verdict.NONCONFORMING})
"""Verdicts that are to be confirmed in the source."""


class Finding(Encoded):
    """What somebody who read an installed source says of it, and where."""

    kind: Literal["formula", "precision", "contract", "documentation"]
    says: str
    file: str = Field(description="relative to the folder in which packages are installed")
    line: int = Field(description="from 1")
    code: str = Field(description="that line, without the space around it")


class Package(Encoded):
    """A distribution that was installed."""

    name: str
    version: str
    url: str
    environment: str = Field(description="the name of the environment that it was judged in")


class Missing(Encoded):
    """A package whose rows were not judged."""

    name: str
    environment: str
    why: str


class Formula(Encoded):
    """What rows compute: an algorithm and its edits, with the equations of both together."""

    algorithm: str
    edits: Items[EditRecord]
    equations: Items[EquationRecord]

    @property
    def key(self) -> str:
        """What it is called in a census."""
        return "+".join([self.algorithm, *(edit.id for edit in self.edits)])


class Relation(Encoded):
    """Two formulas that are one for certain settings."""

    one: str = Field(description="key of a formula")
    other: str = Field(description="key of another")
    when: dict[str, Number] = Field(description="values of hyperparameters, by spec name")
    proof: Items[str]


class Row(Encoded):
    """One implementation with one choice of its options."""

    package: str
    target: str = Field(description="what its users import, with the arguments")
    reference: str
    arguments: dict[str, JsonValue]
    through: str = Field(description="what steps it where no adapter takes it, or empty")
    spec: str
    verdict: Verdict
    summary: str
    formula: str | None = Field(description="key of what it computes; None where nothing explains")
    others: Items[Items[str]] = Field(description="edits that explain it equally")
    settings: Items[Setting]
    error_constants: dict[str, Number] = Field(description="k by parameter format")
    error_limit: Number | None
    departures: Items[Departure]
    failed: Items[CheckResult] = Field(description="checks that failed or broke off")
    counts: dict[str, int] = Field(description="how many checks had each status")
    findings: Items[Finding] = Field(description="those that hold for this verdict and source")
    unconfirmed: str = Field(description="why a verdict that needs findings has none, or empty")
    seconds: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other rows."""
        return self.package, self.target, self.spec


class Census(Encoded):
    """Every row, with what they have in common told once."""

    schema_version: Literal["1"] = CENSUS_VERSION
    made: str = Field(description="the day it was finished, as in 2026-11-21")
    formats: Items[str] = Field(description="parameter formats that were asked for")
    seed: int
    packages: Items[Package]
    rows: Items[Row]
    formulas: dict[str, Formula]
    specifications: dict[str, Specification]
    relations: Items[Relation]
    environments: dict[str, Environment]
    missing: Items[Missing]


def dumps(census: Census) -> str:
    """The census as JSON."""
    return census.model_dump_json(indent=1) + "\n"


def schema() -> str:
    """The JSON schema of a census, as published in ``census.schema.json``."""
    return (
        json.dumps(Census.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"
    )


if __name__ == "__main__":
    print(schema(), end="")
