"""How processes are made: on Linux by a server that has imported everything and run nothing."""

from __future__ import annotations

import multiprocessing
import sys
from importlib.metadata import entry_points
from typing import Final

_BEFOREHAND: Final = (
    "__main__",
    "optimspec.conformance.judge",
    *(entry.module for entry in entry_points(group="optimspec.adapters")),
    "torch._dynamo",  # which torch imports when its first optimizer is made
)

if sys.platform == "linux":
    CONTEXT: Final = multiprocessing.get_context("forkserver")
    CONTEXT.set_forkserver_preload(list(_BEFOREHAND))
else:
    CONTEXT: Final = multiprocessing.get_context("spawn")
