"""A process that judges one target, begun, heard and ended."""

from __future__ import annotations

import math
import signal
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from optimspec.conformance.confined import Judgement, Limits, Said, work
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.processes import context, end
from optimspec.reports.load import MAX_BYTES

_STARTS: Final = 5
"""Times that a process is tried to be started: another target may end the server that makes it."""

_UNKNOWN: Final = 255
"""The status of a process that the server which made it did not live to see the end of."""


class Apart:
    """A process that judges one job, seen from the one that began it.

    What it says is read as it comes and never waited for, so that no process can hold up another,
    whatever it writes.

    Attributes
    ----------
    job
        What it judges.
    ends
        When its time is over, as :func:`time.monotonic` has it.
    stage
        The name of the stage that it said last.
    """

    def __init__(self, judge: Judgement, job: Job, limits: Limits, reckoner: str) -> None:
        self.job = job
        self.ends = math.inf
        self._limits = limits
        self.stage = "load"
        self._not_begun = ""
        self._unread = bytearray()
        self._ours, self._theirs = socket.socketpair()
        self._process: BaseProcess = context(limits.device).Process(  # type: ignore[attr-defined]
            target=work, args=(self._theirs, judge, job, limits, reckoner)
        )

    def begin(self) -> None:
        """Start the process and its time."""
        self._ours.setblocking(False)
        for _ in range(_STARTS):
            try:
                self._process.start()
            except (EOFError, OSError) as error:  # the server is gone; the next start makes another
                self._not_begun = repr(error)
                time.sleep(0.1)
            else:
                break
        self._theirs.close()
        self.ends = time.monotonic() + (self._limits.seconds if self._process.pid else 0)

    @property
    def sources(self) -> Sequence[socket.socket | int]:
        """What to wait for: one is ready when the process has said something or has ended."""
        if self._process.pid is None or self._is_orphan:
            return (self._ours,)
        return self._ours, self._process.sentinel

    @property
    def _is_orphan(self) -> bool:
        """Whether it runs on without the server that made it, which alone could tell of its end."""
        return self._process.exitcode == _UNKNOWN and Path(f"/proc/{self._process.pid}").exists()

    def hear(self, heard: Callable[[str], None]) -> Outcome | str:
        """What came of the job, why nothing came of it, or "" as long as it is at work.

        ``heard`` is called with the name of each stage that has begun.
        """
        if self._process.pid is None:
            return f"No process could be begun for it in {_STARTS} attempts: {self._not_begun}"
        over = self._read()
        while (length := self._unread.find(b"\n")) >= 0:
            line, self._unread = self._unread[:length], self._unread[length + 1 :]
            try:
                said = Said.model_validate_json(line)
            except ValueError:
                return self._lost("wrote what is no record where its record is expected")
            if said.record is not None:
                return Outcome(self.job, said.record, said.problem)
            if said.why:
                return f"The judgement broke off in the stage {self.stage!r}: {said.why}"
            self.stage = said.stage
            heard(said.stage)
        if len(self._unread) > MAX_BYTES:  # no file with such a record could be read
            return self._lost(f"wrote more than {MAX_BYTES} bytes where its record is expected")
        if time.monotonic() >= self.ends:
            return (
                f"A target must be judged within {self._limits.seconds} s; this one was still in "
                f"the stage {self.stage!r}. If it does not hang, give it longer with --timeout."
            )
        return self._death() if over else ""

    def kill(self) -> None:
        """End the process, if it has begun, with all that it began in its session."""
        if self._process.pid is not None:
            end(self._process)
        self._ours.close()
        self._theirs.close()

    def _read(self) -> bool:
        """Take what the process has written, and tell whether that was all."""
        # asked first: then all that it wrote is here
        dead = not self._process.is_alive() and not self._is_orphan
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
        unseen = " (or one that nobody saw)" if code == _UNKNOWN else ""
        return self._lost(f"exited with status {code}{unseen}")

    def _lost(self, how: str) -> str:
        return f"Its process {how} in the stage {self.stage!r}, without a result."
