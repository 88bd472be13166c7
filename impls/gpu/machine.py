"""The machine: whether it has a GPU, and all that results depend on."""

from __future__ import annotations

import gc
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import Final

import torch

from optimspec.impls.cuda.host import HOST
from optimspec.impls.cuda.toolkit import tools

_PACKAGES: Final = ("optimspec", "torch", "triton", "numpy")
_ASKED: Final = (
    "name",
    "driver_version",
    "clocks.sm",
    "clocks.max.sm",
    "clocks.mem",
    "memory.total",
    "power.limit",
)
"""What nvidia-smi is asked for."""


def absent() -> str:
    """Why torch has no GPU, or ""."""
    if torch.version.cuda is None:
        return f"torch {torch.__version__} is built without CUDA"
    if not torch.cuda.is_available():
        return "torch finds no GPU that CUDA can use"
    return ""


def free_bytes() -> int:
    """The memory of the current GPU that is free, once what nobody uses is given back."""
    gc.collect()
    torch.cuda.empty_cache()
    return torch.cuda.mem_get_info()[0]


def tool(name: str) -> str | None:
    """The path of a program of the CUDA toolkit, or None."""
    return next(tools(name), None)


def said(command: Sequence[str]) -> str:
    """The last line that a command prints; "" if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return next(reversed(done.stdout.strip().splitlines()), "")


def machine() -> dict[str, str]:
    """The GPU, its driver and clocks, and versions, by name."""
    return {"platform": platform.platform(), **_versions(), **_gpu()}


def _versions() -> Mapping[str, str]:
    found = {"python": platform.python_version()}
    if torch.version.cuda is not None:
        found["cuda"] = torch.version.cuda
    found |= {package: version(package) for package in _PACKAGES if _installed(package)}
    nvcc = tool("nvcc")
    return {**found, **({"nvcc": said([nvcc, "--version"])} if nvcc else {})}


def _gpu() -> Mapping[str, str]:
    if absent():
        return {}
    properties = torch.cuda.get_device_properties(torch.cuda.current_device())
    query = f"--query-gpu={','.join(_ASKED)}"
    smi = said(["nvidia-smi", query, "--format=csv,noheader", "-i", f"GPU-{properties.uuid}"])
    shown = smi.split(", ")
    asked = dict(zip(_ASKED, shown, strict=True)) if len(shown) == len(_ASKED) else {}
    return {"gpu": properties.name, **asked}


def missing() -> list[str]:
    """What this machine lacks, each with what cannot be looked at without it."""
    found = []
    if tool("nvcc") is None:
        found.append("nvcc: NVRTC compiles the kernels if it is there, and `code` is not run")
    if not any(map(shutil.which, HOST.compilers)):
        found.append(f"{', '.join(HOST.compilers)}: `bits` is not run")
    for name, lost in _LOST.items():
        if tool(name) is None:
            found.append(f"{name}: {lost}")
    if find_spec("triton") is None:
        found.append("triton: nothing of the Triton kernels is run")
    if lacking := [name for name in _required() if not _installed(name)]:
        found.append(f"{', '.join(lacking)}: `suite` is not run, nor much of `brought`")
    return found


_LOST: Final = {
    "cuobjdump": "`code` is not run",
    "compute-sanitizer": "`sanitizer` is not run",
}
"""Programs, and what cannot be looked at without them."""


def _required() -> list[str]:
    """The names of the packages that the suite needs."""
    every = requires("optimspec") or []
    names = (re.match(r"[\w.-]+", each) for each in every if "extra ==" not in each)
    return [name[0] for name in names if name]


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
