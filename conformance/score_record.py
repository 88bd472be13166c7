"""The suite's own score: what it said of each mistake that was planted into an algorithm.

The JSON form is versioned. ``score.schema.json`` beside this file is its published schema and is
generated from these classes (``python -m optimspec.conformance.score_record``).
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from optimspec.conformance.record import Environment, Verdict
from optimspec.conformance.specification_record import EditRecord

SCORE_VERSION: Final = "1"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(StrEnum):
    """Where a mutant comes from."""

    CATALOGUE = "catalogue"
    """A variant or known bug."""
    MUTATION = "mutation"
    """A systematic mutation of an equation."""
    PAIR = "pair"
    """Two variants or known bugs at once."""


class Named(StrEnum):
    """What a diagnosis is to the edits that were planted."""

    PLANTED = "planted"
    """The very edits."""
    EQUIVALENT = "equivalent"
    """Others that are proved to give the same optimizer."""
    OTHER = "other"
    """Others that are not proved to."""
    NOTHING = "nothing"
    """There was no diagnosis."""


class Outcome(_Model):
    """What the suite said of a mutant in one format."""

    format: str
    verdict: Verdict
    summary: str = Field(description="the verdict's reason")
    diagnosis: list[str] = Field(description="ids of the edits that were found")
    named: Named
    proof: list[str] = Field(description="why the diagnosis is the same optimizer, if it is proved")
    caught: bool = Field(description="whether the verdict says that something is wrong, and is not")
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether the diagnosis is what was planted."""
        return self.named in (Named.PLANTED, Named.EQUIVALENT)


class Mutant(_Model):
    """An algorithm with edits planted, judged against the algorithm without them."""

    algorithm: str
    group: Group
    edits: list[EditRecord] = Field(description="what was planted, in the order it was made")
    equivalent: list[str] = Field(description="proof that it is the algorithm itself; or empty")
    outcomes: list[Outcome] = Field(description="one for each format")

    @property
    def id(self) -> str:
        """The ids of its edits, joined."""
        return " + ".join(edit.id for edit in self.edits)


class FaultOutcome(_Model):
    """What the suite said of a fault that equations do not show, or of a false alarm."""

    id: str = Field(description="its entry in the catalogue")
    kind: str = Field(description="bug, by-design or false-alarm")
    statement: str
    target: str = Field(description="what has it")
    verdict: Verdict
    summary: str = Field(description="the verdict's reason")
    expected: list[str] = Field(description="ids of the checks that must fail; none: it conforms")
    failed: list[str] = Field(description="ids of the checks that failed")
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the checks that must fail do, and what must conform does."""
        if not self.expected:
            return self.verdict is Verdict.CONFORMS
        return self.verdict is not Verdict.CONFORMS and {*self.expected} <= {*self.failed}


class Figures(_Model):
    """The score of a group of mutants in one format.

    Mutants proved equivalent to their algorithm are in ``equivalent`` and nowhere else.
    """

    format: str
    group: Group
    mutants: int
    equivalent: int
    caught: int
    acquitted: int = Field(description="how many conform, according to the suite")
    named: int = Field(description="how many have the right diagnosis")

    @property
    def missed(self) -> int:
        """How many were not caught."""
        return self.mutants - self.caught


class Score(_Model):
    """All mutants, the figures, and what falls short of the aims."""

    score_version: Literal["1"] = SCORE_VERSION
    figures: list[Figures]
    shortfalls: list[str] = Field(description="aims that are missed, a sentence each")
    mutants: list[Mutant]
    faults: list[FaultOutcome]
    pairs_possible: int = Field(description="how many pairs there are, judged or not")
    mutations_possible: int = Field(description="how many mutations there are, judged or not")
    environment: Environment
    seconds: float


def schema() -> str:
    """The JSON schema of a score, as published in ``score.schema.json``."""
    made = Score.model_json_schema(mode="serialization")
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
