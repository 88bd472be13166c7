"""Judgements that end as badly as a target's code can make them, by the name of the target."""

import contextlib
import ctypes
import os
import resource
import signal
import stat
import sys
import threading
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch

from optimspec.conformance.jobs import Job, Outcome, broken_off

MEDDLED = 29
"""No number of cores, and no seed of torch's own."""


def plain(job: Job, stage: str, why: str) -> Outcome:
    return broken_off(job, stage, why, seed=0)


def badly(job: Job, *, progress: Callable[[str], None]) -> Outcome:
    progress("formula")
    if job.reference in BADLY:
        BADLY[job.reference]()
    return plain(job, "", f"judged; changed: {changed() or 'nothing'}")


def surroundings(job: Job, *, progress: Callable[[str], None]) -> Outcome:
    """Say whether the process has a limit of memory, and what the server imports beforehand."""
    is_limited = resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY
    return plain(job, "", f"limited: {is_limited}; served: {'torch._dynamo' in sys.modules}")


def changed() -> str:
    """What is not as it is in a new process."""
    holds = {
        "errors": np.geterr()["over"] != "warn",
        "dtype": torch.get_default_dtype() != torch.float32,
        "threads": torch.get_num_threads() == MEDDLED,
        "generator": torch.initial_seed() == MEDDLED,
        "warnings": warnings.filters[0][0] == "error",
        "environment": "MEDDLED" in os.environ,
    }
    return ", ".join(what for what, differs in holds.items() if differs)


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def interrupt() -> None:
    raise KeyboardInterrupt


def fail() -> None:
    raise RuntimeError("\x1b[2J<script>alert(1)</script>" * 2**10)


def end_the_server_and_leave() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(0.5)
    os._exit(0)


def leave_a_child() -> None:
    if os.fork() == 0:
        hang()
    os._exit(7)


def close() -> None:
    os.closerange(3, 2**10)
    hang()


def send(garbage: bytes) -> None:
    """Write to every socket that is open, among them the one that the outcome goes to."""
    for number in range(3, 2**8):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, garbage)
    hang()


def talk() -> None:
    print("x" * 2**20)
    os.write(1, b"\x1b[2J" * 2**18)
    sys.stderr.write(input() if sys.stdin.read() else "")


def meddle() -> None:
    np.seterr(all="raise")
    torch.set_default_dtype(torch.float16)
    torch.set_num_threads(MEDDLED)
    torch.manual_seed(MEDDLED)
    warnings.simplefilter("error")
    os.environ["MEDDLED"] = "1"
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


BADLY = {
    "hangs": hang,
    "leaves": lambda: os._exit(0),
    "exits": lambda: sys.exit("enough"),
    "interrupts": interrupt,
    "crashes": lambda: ctypes.string_at(0),
    "eats": lambda: [np.ones(2**22) for _ in range(2**20)],
    "raises": fail,
    "ends the server": end_the_server_and_leave,
    "takes its time": lambda: time.sleep(3),
    "leaves a child": leave_a_child,
    "closes": close,
    "babbles": lambda: send(b"\x00\xffbabble\n"),
    "breaks off": lambda: send(b'{"stage": '),
    "talks": talk,
    "starts a thread": lambda: threading.Thread(target=time.sleep, args=(3600,)).start(),
    "meddles": meddle,
}
