"""The names of the checks, without their import, which takes seconds."""

from __future__ import annotations

from typing import Final

FAMILIES: Final = (
    "runs",
    "repeats",
    "formula",
    "precision",
    "low-precision",
    "long-run",
    "step-bound",
    "invariants",
    "options",
    "contract",
    "evidence",
)


def family_of(id: str) -> str:  # noqa: A002 - what a result calls it
    """The check that a result is of, or "": those of `invariants` are called `invariant.sign`."""
    head = id.split(".")[0].removesuffix("s")
    return next((family for family in FAMILIES if family.removesuffix("s") == head), "")
