"""What ptxas, which turns PTX into machine code, says of registers.

It comes with nvcc, and with Triton; neither has to be the one that made the PTX.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound
from optimspec.impls.cuda.toolkit import tools

_NAMES: Final = ("ptxas", "ptxas-blackwell")
"""Triton brings a newer one under the second name."""

_TARGET: Final = re.compile(r"^\.target\s+(\w+)", re.MULTILINE)
_NO_SPILL: Final = "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"


class Registers(NamedTuple):
    """How many registers a thread of each kernel has, and how many kernels spill some."""

    each: tuple[int, ...]
    spilling: int


def registers(text: str) -> Registers:
    """Compile PTX by the first ptxas that takes it, and read how many registers it needs.

    Raises
    ------
    CompilerNotFound
        If there is none.
    BuildFailed
        If none takes the PTX.
    """
    refusals = []
    for path in dict.fromkeys(path for name in _NAMES for path in tools(name)):
        done = _assembled(path, text)
        used = re.findall(r"Used (\d+) registers", done.stderr)
        if not done.returncode and used:
            spilling = len(used) - done.stderr.count(_NO_SPILL)
            return Registers(tuple(map(int, used)), spilling)
        refusals.append(f"{path}: {done.stderr.strip()}")
    if not refusals:
        raise CompilerNotFound(
            "Registers are counted by ptxas; found none beside nvcc, on PATH or in Triton. Install "
            "the CUDA toolkit, or optimspec[triton]."
        )
    raise BuildFailed(f"ptxas must accept the PTX; it said: {' '.join(refusals)}")


def _assembled(ptxas: str, text: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as scratch:
        ptx = Path(scratch) / "kernels.ptx"
        ptx.write_text(text)
        target = _TARGET.search(text)
        arch = [f"-arch={target[1]}"] if target else []
        command = [ptxas, *arch, "-v", "-o", f"{scratch}/kernels.cubin", str(ptx)]
        return subprocess.run(command, capture_output=True, text=True, check=False)
