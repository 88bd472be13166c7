"""Specifications, edits and claims as parts of a record: formulas as LaTeX, sources, proofs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimspec.conformance.encoding import Encoded, Items, Number


class EquationRecord(Encoded):
    """An equation as LaTeX, with its meaning and place."""

    variable: str
    latex: str
    meaning: str
    place: str = ""


class Setting(Encoded):
    """A hyperparameter: what the paper recommends, and what a target has where nothing is said."""

    name: str
    latex: str
    paper: Number
    used: Number | None = Field(description="None where the target has no such hyperparameter")


class EquationChange(Encoded):
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


class Size(Encoded):
    """How large the effect of an edit is, for one value of epsilon."""

    epsilon: Number | None = Field(description="None where the equations have none")
    steps: Items[int]
    relative: Items[Number] = Field(
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


class EditRecord(Encoded):
    """A variant or known bug found in a target, or an edit that nobody has reported."""

    id: str
    kind: Literal["variant", "bug", "by-design", "false-alarm"]
    statement: str
    effect: str
    remedy: str
    links: Items[str]
    changes: Items[EquationChange]
    seen_in: str = Field("", description="who has it or had it")
    sizes: Items[Size] = Field(default=[])


class ProofStepRecord(Encoded):
    """One line of a proof: what is done, and the formula it gives."""

    text: str
    latex: str


class ClaimRecord(Encoded):
    """A statement about the algorithm, proved or refuted by SymPy from its equations."""

    id: str
    statement: str
    latex: str = Field(description="the statement as a formula")
    source: str = Field(description="who states it, and where")
    url: str
    outcome: Literal["proved", "refuted"]
    steps: Items[ProofStepRecord]


class Specification(Encoded):
    """The specification a target was judged against, ready to be shown."""

    name: str
    title: str
    source: str
    url: str
    equations: Items[EquationRecord]
    claims: Items[ClaimRecord] = Field(default=[])
