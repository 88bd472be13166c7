"""What compute-sanitizer says of the CUDA kernels."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final

import torch

from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.nvcc import library_recipe
from optimspec.impls.gpu.ended import printed_by
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

SEEN: Final = {
    "memcheck": ("beyond", re.compile(r"Invalid __global__ (?:read|write)")),
    "initcheck": ("unwritten", re.compile(r"Uninitialized __global__ memory read")),
}
"""The fault that is planted for a tool, and what it says of it; racecheck looks only at shared
memory, of which the kernels have none, so that none can be planted."""

_CITES: Final = "https://docs.nvidia.com/compute-sanitizer/ComputeSanitizer/index.html"
_PLANTED_SECONDS: Final = 45
_SECONDS: Final = 90
_FOUND: Final = 9
"""The exit status that the tool is told to give if it finds anything."""

_OURS: Final = "adam_"
"""What the names of our kernels begin with, and of torch's do not."""

_OPTIONS: Final = (
    *("--error-exitcode", str(_FOUND)),
    *("--target-processes", "application-only"),
    *("--report-api-errors", "no"),
    *("--kernel-name", f"kns={_OURS}"),
)
"""The filter has this name since Compute Sanitizer 2023.3, of CUDA 12.3."""

_CLEAN: Final = re.compile(r"(ERROR SUMMARY: 0 errors|RACECHECK SUMMARY: 0 hazards)")
_SUMMARY: Final = re.compile(r"={9} .*SUMMARY: .*")

Watch = Callable[..., tuple[int | None, str]]
"""Has a tool of that name watch the small run with these arguments, for so many seconds."""


def rule(name: str) -> Rule:
    """The rule of a tool."""
    return Rule(f"sanitizer.{name}", f"The CUDA kernels touch {TOOLS[name]}.", _CITES)


def judged(name: str, status: int | None, printed: str) -> Finding:
    """What a tool's exit status and words mean.

    It is clean only if it says so and the program came to its end. Without a summary it did not
    look, as where it does not support the device.
    """
    said, summary = _lines(printed), _SUMMARY.search(printed)
    if status is None:
        return rule(name).not_run(f"GPU: not run to its end in {_SECONDS} s: {said}")
    if summary is None:
        return rule(name).not_run(f"GPU: not run, compute-sanitizer looked at nothing: {said}")
    clean = status == 0 and _CLEAN.search(printed) and DONE in printed
    return rule(name).found("" if clean else f"Status {status}: {said}", summary[0].strip("= "))


def looked_at(watch: Watch) -> Iterator[Finding]:
    """What each tool says, of those that see in our kernels what was planted for them."""
    unseen: dict[str, str] = {}
    for name in TOOLS:
        by = name if name in SEEN else "memcheck"  # the filter is the same
        if name in SEEN:
            planted, words = SEEN[name]
            _, printed = watch(name, _PLANTED_SECONDS, planted)
            if not (words.search(printed) and _OURS in printed):
                unseen[name] = f"{name} did not see a fault that was planted: {_lines(printed)}"
        if by in unseen:
            yield rule(name).not_run(f"GPU: not run, {unseen[by]}")
        else:
            yield judged(name, *watch(name, _SECONDS))


def _lines(printed: str) -> str:
    """The first words of the tool, or of what it ran."""
    lines = [line.strip("= ") for line in printed.splitlines() if line.strip("= ")]
    own = [line for line in lines if not line.startswith("COMPUTE-SANITIZER")]
    return " | ".join(own[:6]) or "it said nothing"


def _watched(path: str, name: str, seconds: int, *arguments: str) -> tuple[int | None, str]:
    command = [path, "--tool", name, *_OPTIONS, sys.executable, "-m", "optimspec.impls.gpu.small"]
    environment = {**os.environ, "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"}
    return printed_by([*command, *arguments], seconds, environment)


def _run() -> Iterator[Finding]:
    path = tool("compute-sanitizer")
    if path is None:
        missing = "there is no compute-sanitizer on PATH or in CUDA_HOME"
        yield from (rule(name).not_run(missing) for name in TOOLS)
        return
    with suppress(CompilerNotFound):  # then each process takes NVRTC
        library_recipe(torch.cuda.get_device_capability()).build()
    yield from looked_at(partial(_watched, path))


SANITIZER: Final = Step(
    "sanitizer",
    "What compute-sanitizer says of a small run of the CUDA kernels.",
    len(SEEN) * _PLANTED_SECONDS + len(TOOLS) * _SECONDS,
    [rule(name) for name in TOOLS],
    _run,
)
