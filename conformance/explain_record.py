"""Explanations: what the catalogue says of an entry or a specification, ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from optimspec.conformance.encoding import Number
from optimspec.conformance.specification_record import Specification

SHOWN_STEPS: Final = (1, 10, 100, 1000)
"""The steps of a table; a drawing shows more."""

_COUNTED: Final = {
    "bug": ("bug", "bugs"),
    "variant": ("variant", "variants"),
    "by-design": ("by design", "by design"),
    "false-alarm": ("false alarm", "false alarms"),
}


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="strings", populate_by_name=True
    )


class Formula(_Model):
    """An equation in both notations."""

    text: str = Field(description="one line of plain text")
    latex: str


class Change(_Model):
    """An equation before and after; None where only one of them has it."""

    variable: str
    before: Formula | None
    after: Formula | None


class Rewriting(_Model):
    """The equations that an entry changes, and the algorithms in which it changes just these."""

    titles: list[str] = Field(description="the algorithms, with the options that must be on")
    changes: list[Change]


class EntryRecord(_Model):
    """An entry of the catalogue."""

    id: str
    kind: str = Field(description="variant, bug, by-design or false-alarm")
    category: str = Field(alias="class", description="what goes otherwise")
    statement: str
    effect: str
    algorithms: list[str] = Field(description="names of the specifications it applies to")
    links: list[str]
    remedy: str
    test: str = Field(description="how to see it")
    seen_in: str
    aliases: list[str]
    option: str = Field(description="the argument by which libraries offer it, or ''")
    equations: list[Rewriting] = Field(description="none for what equations do not show")
    specimen: str | None = Field(description="module:attribute of code that has it")
    caught_by: list[str] = Field(description="ids of the checks that fail on its specimen")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is said of it in words, with a label for each."""
        caught_by = ", ".join(self.caught_by) or "no check: it conforms"
        found = [
            ("Effect", self.effect),
            ("Seen in", self.seen_in),
            ("Test", self.test),
            ("Remedy", self.remedy),
            ("Offered as", self.option),
            ("Also called", ", ".join(self.aliases)),
            ("Specimen", self.specimen or ""),
            ("Caught by", caught_by if self.specimen else ""),
        ]
        return [(label, text) for label, text in found if text]


class Curve(_Model):
    """How far two trajectories are apart, step by step, for one value of epsilon."""

    epsilon: Number | None = Field(description="None where the equations have none")
    relative: list[Number] = Field(
        description="|d' - d| / |d| for the displacements d = theta_t - theta_0 before and d' "
        "after the change, norms over all elements; 0 where float64 does not tell them apart"
    )


class Discrepancy(_Model):
    """How large an entry's effect is in one algorithm, on gradients drawn from N(0, 1)."""

    algorithm: str
    title: str
    hyperparameters: dict[str, Number] = Field(description="those of every run, without epsilon")
    steps: list[int]
    curves: list[Curve]
    elements: int
    seed: int

    @property
    def setting(self) -> str:
        """The inputs, in words."""
        given = ", ".join(f"{name} = {value:g}" for name, value in self.hyperparameters.items())
        return (
            f"gradients and start values from N(0, 1), {self.elements} elements, {given}, "
            f"seed {self.seed}, float64"
        )

    @property
    def rows(self) -> list[tuple[float | None, list[float]]]:
        """Each epsilon with the differences at the steps of `SHOWN_STEPS`."""
        at = [self.steps.index(step) for step in SHOWN_STEPS]
        return [(curve.epsilon, [curve.relative[place] for place in at]) for curve in self.curves]

    @property
    def has_epsilon(self) -> bool:
        """Whether the equations have an epsilon."""
        return self.curves[0].epsilon is not None

    @property
    def is_zero(self) -> bool:
        """Whether the change makes no difference on these inputs."""
        return not any(value for curve in self.curves for value in curve.relative)


class Explanation(_Model):
    """An entry, and how large its effect is."""

    entry: EntryRecord
    discrepancies: list[Discrepancy]


class HyperparameterRecord(_Model):
    """A scalar that the user sets."""

    name: str
    default: str
    domain: str = Field(description="the values for which the algorithm is defined, as an interval")
    meaning: str


class AlgorithmRecord(_Model):
    """An algorithm with its claims, and what the catalogue has of it."""

    specification: Specification
    equations: list[Formula] = Field(description="the specification's, in the same order")
    hyperparameters: list[HyperparameterRecord]
    entries: list[EntryRecord]


class Catalogue(_Model):
    """Entries, those of a class together."""

    entries: list[EntryRecord]


def tally(entries: Sequence[EntryRecord]) -> str:
    """How many entries there are, in all and of each kind."""
    counts = Counter(entry.kind for entry in entries)
    of_kind = [f"{counts[k]} {words[counts[k] > 1]}" for k, words in _COUNTED.items() if counts[k]]
    total = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
    return f"{total}: {', '.join(of_kind)}" if of_kind else total
