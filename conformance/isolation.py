"""Each target judged in a process of its own, where it may hang, crash or eat memory alone."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import closing
from functools import partial
from multiprocessing.connection import wait

from optimspec.conformance.apart import Apart
from optimspec.conformance.confined import Judgement, Limits
from optimspec.conformance.jobs import Job, Outcome
from optimspec.conformance.reckoner import Reckoners


def isolated(
    jobs: Mapping[int, Job],
    judge: Judgement,
    broken_off: Callable[[Job, str, str], Outcome],
    limits: Limits,
    heard: Callable[[Job, str], None],
) -> Generator[tuple[int, Outcome], None, None]:
    """What came of each job, with its number, as soon as it is there.

    As many run side by side as there are cores to run on. Closing the iterator ends them all.

    Parameters
    ----------
    jobs
        The jobs by their numbers.
    judge
        What a process calls; it can be pickled, as jobs can.
    broken_off
        Makes an outcome of a job whose process died or took longer than it may, of the stage in
        which it did, and of a sentence that says so.
    heard
        Called with a job and the name of each stage as it begins.
    """
    waiting, running, cores = deque(jobs.items()), dict[int, Apart](), _cores()
    with closing(Reckoners(jobs.values())) as shared:
        try:
            while waiting or running:
                while waiting and len(running) < cores:
                    number, job = waiting.popleft()
                    running[number] = Apart(judge, job, limits, shared.address(job))
                    running[number].begin()
                _wait_for_any(running.values())
                for number, process in list(running.items()):
                    result = process.hear(partial(heard, process.job))
                    if result:
                        process.kill()
                        shared.done(process.job)
                        del running[number]
                        outcome = result if isinstance(result, Outcome) else None
                        yield number, outcome or broken_off(process.job, process.stage, str(result))
        finally:
            for process in running.values():
                process.kill()


def _wait_for_any(running: Collection[Apart]) -> None:
    """Wait until a process has said something, has ended, or has had its time."""
    sources = [source for process in running for source in process.sources]
    first = min(process.ends for process in running)
    wait(sources, timeout=max(0.0, first - time.monotonic()))


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
