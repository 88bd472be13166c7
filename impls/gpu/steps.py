"""All steps of the run."""

from __future__ import annotations

from pathlib import Path

from optimspec.impls.gpu.bits import BITS
from optimspec.impls.gpu.brought import BROUGHT
from optimspec.impls.gpu.code import CODE
from optimspec.impls.gpu.defect import DEFECT
from optimspec.impls.gpu.sanitizer import SANITIZER
from optimspec.impls.gpu.speed import SPEED
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.suite import suite


def steps(records: Path | None = None) -> dict[str, Step]:
    """All steps by name.

    Parameters
    ----------
    records
        Where the suite's records are kept; nowhere by default. It goes on with those that are
        there and still hold.
    """
    every = (BROUGHT, CODE, *BITS, DEFECT, SANITIZER, *SPEED, suite(records))
    return {step.name: step for step in every}
