"""The machine: whether it has a GPU, and all that results depend on."""

from __future__ import annotations

import gc
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Final

import torch

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
    """The path of a program of the CUDA toolkit, or of the copy that Triton brings, or None."""
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    found = find_spec("triton")
    folders = [f"{home}/bin", *(f"{at}/backends/nvidia/bin" for at in _folders(found))]
    places = (name, *(f"{folder}/{name}" for folder in folders))
    return next(filter(None, map(shutil.which, places)), None)


def _folders(found: ModuleSpec | None) -> Sequence[str]:
    return (found.submodule_search_locations if found else None) or ()


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
    found = {"python": platform.python_version(), "cuda": str(torch.version.cuda)}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    nvcc = tool("nvcc")
    return {**found, **({"nvcc": said([nvcc, "--version"])} if nvcc else {})}


def _gpu() -> Mapping[str, str]:
    if absent():
        return {}
    smi = said(
        ["nvidia-smi", f"--query-gpu={','.join(_ASKED)}", "--format=csv,noheader", "-i", "0"]
    )
    shown = smi.split(", ")
    asked = dict(zip(_ASKED, shown, strict=True)) if len(shown) == len(_ASKED) else {}
    return {"gpu": torch.cuda.get_device_name(0), **asked}
