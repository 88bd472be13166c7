"""What runs in the process of a target: its judgement, what it may take, and what it says of it."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from optimspec.conformance import reckoned
from optimspec.conformance.defaults import MEBIBYTES, SECONDS
from optimspec.conformance.device import CPU
from optimspec.conformance.encoding import Encoded
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.observe import describe
from optimspec.conformance.record import Record


class Judgement(Protocol):
    """Judges one job; told what to call as its stages begin."""

    def __call__(self, job: Job, *, progress: Callable[[str], None]) -> Outcome:
        """Return what came of it."""
        ...


@dataclass(frozen=True)
class Limits:
    """What a target may take before its process is ended.

    Attributes
    ----------
    seconds
        Wall-clock time for the whole judgement.
    memory
        Bytes, beyond what a process has before it loads the target; on Linux, without a GPU, whose
        driver maps far more than it uses.
    device
        Where tensors of the target are.
    """

    seconds: int = SECONDS
    memory: int = MEBIBYTES << 20
    device: str = CPU


class Said(Encoded):
    """A line that a process writes: its stage, the outcome, or why there is none."""

    stage: str = ""
    record: Record | None = None
    problem: str = ""
    why: str = ""


def work(
    connection: socket.socket, judge: Judgement, job: Job, limits: Limits, reckoner: str
) -> None:
    """Judge a job in a process of its own; ``reckoner`` is where it may ask, or ""."""
    _confine(limits)
    say = partial(_say, connection)
    try:
        if reckoner:
            reckoned.ask(reckoner)
        outcome = judge(job, progress=lambda stage: say(Said(stage=stage)))
        say(Said(record=outcome.record, problem=outcome.problem))
    except BaseException as error:  # what a target raises is in its record: this went past it
        say(Said(why=describe(error)))


def _say(connection: socket.socket, said: Said) -> None:
    connection.sendall(said.model_dump_json(exclude_defaults=True).encode() + b"\n")


def cut_off() -> None:
    """Cut the process off from the terminal: what it writes goes nowhere, no key reaches it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if sys.platform != "win32":
        os.setsid()


def _confine(limits: Limits) -> None:
    """Cut the process off from the terminal, and bound its time and memory.

    The alarm ends it where nobody is left to do so.
    """
    cut_off()
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(limits.seconds + 1)
    if sys.platform == "linux":
        import resource

        if limits.device == CPU:
            pages = int(Path("/proc/self/statm").read_text().split()[5])
            most = pages * resource.getpagesize() + limits.memory
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
