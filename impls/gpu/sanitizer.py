"""What compute-sanitizer says of the CUDA kernels."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.machine import tool
from optimspec.impls.gpu.small import DONE
from optimspec.impls.gpu.step import Step

TOOLS: Final = {
    "memcheck": "no address beyond a tensor, and none out of line",
    "initcheck": "no memory that was not written",
    "racecheck": "no shared memory at the same time as another thread",
}
"""The tools, and what kernels must not touch."""

_CITES: Final = "https://docs.nvidia.com/compute-sanitizer/ComputeSanitizer/index.html"
_SECONDS: Final = 150
_FOUND: Final = 9
"""The exit status that the tool is told to give if it finds anything."""

_CLEAN: Final = re.compile(r"(ERROR SUMMARY: 0 errors|RACECHECK SUMMARY: 0 hazards)")
_SUMMARY: Final = re.compile(r"={9} .*SUMMARY: .*")


def rule(name: str) -> Rule:
    """The rule of a tool."""
    return Rule(f"sanitizer.{name}", f"The CUDA kernels touch {TOOLS[name]}.", _CITES)


def judged(name: str, status: int, printed: str) -> Finding:
    """What a tool's exit status and words mean.

    It is clean only if it says so and the program came to its end. Without a summary it did not
    look, as where it does not support the device.
    """
    said, summary = _lines(printed), _SUMMARY.search(printed)
    if summary is None:
        return rule(name).not_run(f"GPU: not run, compute-sanitizer looked at nothing: {said}")
    clean = status == 0 and _CLEAN.search(printed) and DONE in printed
    return rule(name).found("" if clean else f"Status {status}: {said}", summary[0].strip("= "))


def _lines(printed: str) -> str:
    """The first words of the tool, or of what it ran."""
    lines = [line.strip("= ") for line in printed.splitlines() if line.strip("= ")]
    own = [line for line in lines if not line.startswith("COMPUTE-SANITIZER")]
    return " | ".join(own[:6]) or "it said nothing"


def _watched(path: str, name: str) -> Finding:
    command = [path, "--tool", name, "--error-exitcode", str(_FOUND), sys.executable]
    environment = {**os.environ, "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"}
    try:
        done = subprocess.run(
            [*command, "-m", "optimspec.impls.gpu.small"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return rule(name).not_run(f"GPU: not run to its end in {_SECONDS} s")
    return judged(name, done.returncode, done.stdout)


def _run() -> Iterator[Finding]:
    path = tool("compute-sanitizer")
    for name in TOOLS:
        if path is None:
            yield rule(name).not_run(
                "not run, there is no compute-sanitizer on PATH or in CUDA_HOME"
            )
        else:
            yield _watched(path, name)


SANITIZER: Final = Step(
    "sanitizer",
    "What compute-sanitizer says of a small run of the CUDA kernels.",
    180,
    [rule(name) for name in TOOLS],
    _run,
)
