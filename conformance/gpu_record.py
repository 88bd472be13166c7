"""A run on a GPU: what was looked at of the kernels there, and what was not.

``python -m optimspec.impls.gpu`` writes it. The JSON form is versioned; ``gpu.schema.json`` beside
this file is its published schema and is generated from these classes
(``python -m optimspec.conformance.gpu_record``).
"""

from __future__ import annotations

import json
from typing import Final, Literal

from pydantic import Field

from optimspec.conformance.encoding import Encoded, Items, Number

GPU_VERSION: Final = "1"


class GpuFinding(Encoded):
    """A rule, and whether it is kept."""

    step: str = Field(description="the step of the run that looked")
    id: str
    title: str = Field(description="the rule in one sentence")
    cites: str = Field(description="where the rule comes from")
    passed: bool | None = Field(description="whether it is kept; null: it was not looked at")
    message: str = Field(description="what was found, or why it was not looked at")
    measure: Number | None
    limit: Number | None
    figures: dict[str, Number] = Field(description="all that was measured; names tell units")
    program: str = Field(description="a program that shows what was found; or empty")


class GpuRun(Encoded):
    """A run on a machine, which may have no GPU."""

    gpu_version: Literal["1"] = GPU_VERSION
    date: str = Field(description="when it began, in UTC, as ISO 8601 has it")
    machine: dict[str, str] = Field(description="the GPU, its driver and clocks, and versions")
    findings: Items[GpuFinding]


def schema() -> str:
    """The JSON schema of a run, as published in ``gpu.schema.json``."""
    made = GpuRun.model_json_schema(mode="serialization")
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
