"""Where the programs of the CUDA toolkit are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec


def tools(name: str) -> Iterator[str]:
    """The paths of a program: on PATH, of the toolkit, of the copy that Triton brings."""
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    triton = find_spec("triton")
    brought = (triton.submodule_search_locations if triton else None) or ()
    folders = [
        f"{home}/bin",
        f"{home}/compute-sanitizer",
        *(f"{at}/backends/nvidia/bin" for at in brought),
    ]
    return filter(None, map(shutil.which, (name, *(f"{folder}/{name}" for folder in folders))))
