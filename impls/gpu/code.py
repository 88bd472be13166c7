"""The machine code of the CUDA kernels: how it moves memory."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Final

import torch

from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.evidence import EXPECTED
from optimspec.impls.cuda.nvcc import HOPPER, KERNELS, library_recipe
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.machine import absent, tool
from optimspec.impls.gpu.step import Step

RULE: Final = Rule(
    "code.memory", "Machine code moves 16 bytes of every stream at once, and no local memory."
)
_FUNCTION: Final = re.compile(r"^\s*Function : (\S+)$(.*?)(?=^\s*Function : |\Z)", re.M | re.S)
_WIDE: Final = r"\b{}\.E(?:\.\w+)*\.128\b"


def problems(sass: str) -> list[str]:
    """What is wrong in the text that cuobjdump prints of a library, a sentence each."""
    kernels = dict(_FUNCTION.findall(sass))
    found = [f"There is no {name}." for name in KERNELS if name not in kernels]
    for name, body in kernels.items():
        moves = EXPECTED[name.rpartition("_")[2]]
        for op, least in (("LDG", moves.wide_loads), ("STG", moves.wide_stores)):
            wide = len(re.findall(_WIDE.format(op), body))
            if wide < least:
                found.append(f"{name} has {wide} {op} of 16 bytes, of at least {least}.")
        if local := re.findall(r"\b(?:LDL|STL)\b", body):
            found.append(f"{name} moves local memory {len(local)} times.")
    return found


def _run() -> Iterator[Finding]:
    path = tool("cuobjdump")
    capability = HOPPER if absent() else torch.cuda.get_device_capability()
    if path is None:
        yield RULE.not_run("there is no cuobjdump on PATH or in CUDA_HOME")
        return
    try:
        library = library_recipe(capability).build()
    except CompilerNotFound as missing:
        yield RULE.not_run(f"{missing}")
        return
    done = subprocess.run(
        [path, "-sass", str(library)], capture_output=True, text=True, timeout=120, check=True
    )
    name = "sm_{}{}".format(*capability)
    yield RULE.found(
        " ".join(problems(done.stdout)), f"So it is in {len(KERNELS)} kernels, {name}."
    )


CODE: Final = Step("code", "The machine code of the CUDA kernels.", 10, (), _run)
