"""How processes are made: on Linux by a server that has imported everything and run nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Final

from optimspec.conformance.device import CPU

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


def context(device: str) -> BaseContext:
    """How the process of a target on that device is made.

    CUDA works in no process that was forked from one which has so much as asked for GPUs, as what
    the server imports may do; so one that uses a GPU begins afresh.
    """
    return CONTEXT if device == CPU else multiprocessing.get_context("spawn")


def end(process: BaseProcess) -> None:
    """Kill a process that has begun, with all that it began in its session, and see it ended."""
    if sys.platform != "win32" and process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):  # it may have no session yet
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
