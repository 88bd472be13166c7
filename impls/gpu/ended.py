"""Processes that end what they began."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

GRACE: Final = 30
"""Seconds in which a process that is told to end may end what it began."""

_INNER: Final = 20
"""The same for what such a process began."""


def printed_by(
    command: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None
) -> tuple[int | None, str]:
    """The exit status of a command and all that it prints; None if it takes longer."""
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        status = None
        try:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(seconds)
        finally:
            end(process, _INNER)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # what it left
        out.seek(0)
        return status, out.read()


def end(process: subprocess.Popen[str], seconds: float = GRACE) -> None:
    """Tell a process to end, so that it can end what it began; kill it if it does not."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def on_sigterm() -> None:
    """Let SIGTERM leave this process as an exit does."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    del frame
    signal.signal(number, signal.SIG_IGN)  # once is enough: what ends now is not disturbed
    sys.exit(128 + number)
