"""Judgements that end as badly as a target's code can make them, by the name of the target."""

import ctypes
import os
import sys
import time
from collections.abc import Callable

import numpy as np

from optimspec.conformance.jobs import Job, Outcome, broken_off


def plain(job: Job, why: str) -> Outcome:
    return broken_off(job, why, seed=0, proofs=False)


def badly(job: Job, *, progress: Callable[[str], None]) -> Outcome:
    progress("formula")
    match job.reference:
        case "hangs":
            time.sleep(3600)
        case "leaves":
            os._exit(0)
        case "crashes":
            ctypes.string_at(0)
        case "eats":
            return plain(job, f"{[np.ones(2**22) for _ in range(2**20)]}")
        case "talks":
            print("x" * 2**20)
            os.write(1, b"\x1b[2J" * 2**18)
            sys.stderr.write(input() if sys.stdin.read() else "")
        case "raises":
            raise RuntimeError("no luck")
        case "meddles":
            np.seterr(all="raise")
            os.environ["MEDDLED"] = "1"
    return plain(job, f"judged, with {np.geterr()['over']} and {os.environ.get('MEDDLED')}")
