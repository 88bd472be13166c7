"""Each target judged in a process of its own, where it may hang, crash or eat memory alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Protocol

from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.observe import describe

if sys.platform == "win32":
    _CONTEXT: Final = multiprocessing.get_context("spawn")
else:  # a server that has imported everything and run nothing makes processes quickly
    _CONTEXT: Final = multiprocessing.get_context("forkserver")


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

    seconds: float = 600.0
    memory: int = 4 << 30


@dataclass(frozen=True)
class _BrokenOff:
    """What a process says whose judgement raised an error."""

    why: str


@dataclass
class _Run:
    """A process at work on the job of that number."""

    number: int
    job: Job
    process: BaseProcess
    ends: float
    stage: str = "start"

    def kill(self) -> None:
        """End it with all processes that it began."""
        if self.process.pid is not None and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()

    def died(self) -> str:
        """Why there is no outcome, of a process that ended without one."""
        self.process.join()
        code = self.process.exitcode or 0
        how = f"died of {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
        return f"The process that ran it {how} in the stage {self.stage!r}, without a result."


def isolated(
    jobs: Sequence[Job],
    judge: Judgement,
    broken_off: Callable[[Job, str], Outcome],
    limits: Limits,
    heard: Callable[[Job, str], None],
) -> Iterator[tuple[int, Outcome]]:
    """What came of each job, with its number, as soon as it is there.

    As many run side by side as there are cores.

    Parameters
    ----------
    judge
        What a process calls; it can be pickled, as jobs can.
    broken_off
        Makes an outcome of a job whose process died or took longer than it may, and of a sentence
        that says so.
    heard
        Called with a job and the name of each stage as it begins.
    """
    adapters = [entry.module for entry in entry_points(group="optimspec.adapters")]
    _CONTEXT.set_forkserver_preload(["optimspec.conformance.judge", *adapters])
    waiting, running = deque(enumerate(jobs)), dict[Connection, _Run]()
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                number, job = waiting.popleft()
                mine, theirs = _CONTEXT.Pipe(duplex=False)
                process = _CONTEXT.Process(target=_work, args=(theirs, judge, job, limits.memory))
                process.start()
                theirs.close()
                running[mine] = _Run(number, job, process, time.monotonic() + limits.seconds)
            for connection in _ready(running):
                run = running[connection]
                outcome = _received(connection, run, heard) or _overdue(run, limits)
                if outcome:
                    if isinstance(outcome, str):
                        outcome = broken_off(run.job, outcome)
                    del running[connection]
                    run.kill()
                    connection.close()
                    yield run.number, outcome
    finally:
        for run in running.values():
            run.kill()


def _ready(running: dict[Connection, _Run]) -> list[Connection]:
    """The connections of processes that have said something, ended, or had their time."""
    first = min(run.ends for run in running.values())
    said = wait(list(running), timeout=max(0.0, first - time.monotonic()))
    now = time.monotonic()
    return [c for c, run in running.items() if c in said or run.ends <= now]


def _received(
    connection: Connection, run: _Run, heard: Callable[[Job, str], None]
) -> Outcome | str:
    """What came of a job, why nothing came of it, or "" as long as it is at work."""
    while connection.poll():
        try:
            said = connection.recv()
        except EOFError:
            return run.died()
        except Exception as error:  # what a dying process leaves behind may be anything
            return f"What the process that ran it has sent cannot be read: {error}."
        if isinstance(said, Outcome):
            return said
        if isinstance(said, _BrokenOff):
            return f"The judgement broke off in the stage {run.stage!r}: {said.why}"
        run.stage = said
        heard(run.job, said)
    return ""


def _overdue(run: _Run, limits: Limits) -> str:
    """That a job has had its time, or ""."""
    if time.monotonic() < run.ends:
        return ""
    return (
        f"A target must be judged within {limits.seconds:g} s; this one was still in the stage "
        f"{run.stage!r}. If it does not hang, give it longer with --timeout."
    )


def _work(connection: Connection, judge: Judgement, job: Job, memory: int) -> None:
    """Judge a job in a process of its own, whose output nobody sees."""
    if sys.platform != "win32":
        os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    _limit(memory)
    try:
        connection.send(judge(job, progress=connection.send))
    except Exception as error:  # the target's errors are its verdict: this is one of the judge
        connection.send(_BrokenOff(describe(error)))


def _limit(memory: int) -> None:
    """Let the process have so many bytes more than it has, and leave no core behind."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[5])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
