"""A process that judges one target: what it may take, and what it says to the one that began it."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from optimspec.conformance.encoding import Encoded
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.observe import describe
from optimspec.conformance.record import Record

if sys.platform == "linux":  # a server that has imported everything makes processes quickly
    CONTEXT: Final = multiprocessing.get_context("forkserver")
else:
    CONTEXT: Final = multiprocessing.get_context("spawn")

_LONGEST: Final = 256 * 2**20
"""Bytes of a message, at most: no report file that can be read has more."""


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
        Bytes, beyond what a process has before it loads the target; on Linux.
    """

    seconds: int = 600
    memory: int = 4 << 30


class _Said(Encoded):
    """A line that a process writes: its stage, the outcome, or why there is none."""

    stage: str = ""
    record: Record | None = None
    problem: str = ""
    why: str = ""


class Apart:
    """A process that judges one job, seen from the one that began it.

    What it says is read as it comes and never waited for, so that no process can hold up another,
    whatever it writes.
    """

    def __init__(self, judge: Judgement, job: Job, limits: Limits) -> None:
        self.job = job
        self.ends = math.inf
        self._limits = limits
        self._stage = "load"
        self._unread = bytearray()
        self._ours, self._theirs = socket.socketpair()
        self._process = CONTEXT.Process(target=_work, args=(self._theirs, judge, job, limits))

    def begin(self) -> None:
        """Start the process and its time."""
        try:
            self._process.start()
        except (EOFError, OSError):  # a target has ended the server that makes processes
            time.sleep(0.1)
            self._process.start()  # begins another
        self._theirs.close()
        self._ours.setblocking(False)
        self.ends = time.monotonic() + self._limits.seconds

    @property
    def sources(self) -> Sequence[socket.socket | int]:
        """What to wait for: one is ready when the process has said something or has ended."""
        return self._ours, self._process.sentinel

    def hear(self, heard: Callable[[str], None]) -> Outcome | str:
        """What came of the job, why nothing came of it, or "" as long as it is at work.

        ``heard`` is called with the name of each stage that has begun.
        """
        over = self._read()
        while (length := self._unread.find(b"\n")) >= 0:
            line, self._unread = self._unread[:length], self._unread[length + 1 :]
            try:
                said = _Said.model_validate_json(line)
            except ValueError:
                return self._lost("wrote what is no record where its record is expected")
            if said.record is not None:
                return Outcome(self.job, said.record, said.problem)
            if said.why:
                return f"The judgement broke off in the stage {self._stage!r}: {said.why}"
            self._stage = said.stage
            heard(said.stage)
        if len(self._unread) > _LONGEST:
            return self._lost(f"wrote more than {_LONGEST} bytes where its record is expected")
        if time.monotonic() >= self.ends:
            return (
                f"A target must be judged within {self._limits.seconds} s; this one was still in "
                f"the stage {self._stage!r}. If it does not hang, give it longer with --timeout."
            )
        return self._death() if over else ""

    def kill(self) -> None:
        """End the process, if it has begun, with all that it began in its session."""
        if self._process.pid is not None:
            if sys.platform != "win32":
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join()
        self._ours.close()
        self._theirs.close()

    def _read(self) -> bool:
        """Take what the process has written, and tell whether that was all."""
        dead = not self._process.is_alive()  # asked first: then all that it wrote is here
        try:
            some = self._ours.recv(2**20)
        except BlockingIOError:
            return dead
        except OSError:
            return True
        self._unread += some
        return not some

    def _death(self) -> str:
        """Why there is no outcome, of a process that will say no more."""
        self._process.join(1)  # it may close its end of the connection a little before its own
        code = self._process.exitcode
        if code is None:
            return self._lost("closed all connections")
        if code < 0:
            return self._lost(f"died of signal {-code} ({signal.strsignal(-code)})")
        return self._lost(f"exited with status {code}")

    def _lost(self, how: str) -> str:
        return f"Its process {how} in the stage {self._stage!r}, without a result."


def _work(connection: socket.socket, judge: Judgement, job: Job, limits: Limits) -> None:
    """Judge a job in a process of its own."""
    _confine(limits)
    say = partial(_say, connection)
    try:
        outcome = judge(job, progress=lambda stage: say(_Said(stage=stage)))
        say(_Said(record=outcome.record, problem=outcome.problem))
    except BaseException as error:  # what a target raises is in its record: this went past it
        say(_Said(why=describe(error)))


def _say(connection: socket.socket, said: _Said) -> None:
    connection.sendall(said.model_dump_json(exclude_defaults=True).encode() + b"\n")


def _confine(limits: Limits) -> None:
    """Cut the process off from the terminal, and bound its time and memory.

    The alarm ends it where nobody is left to do so.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if sys.platform != "win32":
        os.setsid()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(limits.seconds + 1)
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[5])
        most = pages * resource.getpagesize() + limits.memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
