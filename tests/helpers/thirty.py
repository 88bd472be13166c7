"""Targets that mean harm, and right ones; `python tests/helpers/thirty.py` judges thirty of them.

Five of the thirty are hostile, and one changes the state of its process. It takes a minute or two.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from optimspec.reports import load

TARGETS = """
import ctypes
import os
import random
import sys
import time
import warnings

import numpy as np
import torch


class RightSGD:
    def __init__(self, parameters, lr=0.1):
        self.parameters, self.lr = parameters, lr

    def step(self, gradients):
        for theta, g in zip(self.parameters, gradients):
            theta -= theta.dtype.type(self.lr) * g


class MeddlingSGD(RightSGD):
    def step(self, gradients):
        torch.set_default_dtype(torch.float16)
        torch.set_num_threads(3)
        torch.manual_seed(0)
        np.random.seed(0)
        random.seed(0)
        warnings.simplefilter("error")
        super().step(gradients)


class EatingSGD(RightSGD):
    def step(self, gradients):
        kept = [np.ones(2**22) for _ in range(2**20)]


class CrashingSGD(RightSGD):
    def step(self, gradients):
        ctypes.string_at(0)


class LeavingSGD(RightSGD):
    def step(self, gradients):
        os._exit(0)


class ShoutingSGD(RightSGD):
    def step(self, gradients):
        print("\\x1b[2J" * 2**20)
        sys.stderr.write("\\x1b]0;mine\\x07" * 2**18)
        raise RuntimeError("\\x1b[2J<script>alert(1)</script>" * 2**16)


class HangingSGD(RightSGD):
    def step(self, gradients):
        time.sleep(3600)


for number in range(24):
    globals()[f"Right{number}SGD"] = type(f"Right{number}SGD", (RightSGD,), {})
"""
HOSTILE = ("EatingSGD", "CrashingSGD", "LeavingSGD", "ShoutingSGD", "HangingSGD")
RIGHT = (*(f"Right{number}SGD" for number in range(24)), "MeddlingSGD")
COMMAND = (sys.executable, "-c", "from optimspec.conformance.cli import app; app()")


def check(folder, names, *options):
    """The arguments of a command that judges targets of a file in ``folder``, and its records."""
    mine, records = folder / "mine.py", folder / "r.json"
    mine.write_text(TARGETS, encoding="utf-8")
    what = [f"{mine}:{name}" for name in names]
    how = ["--spec", "sgd", "--dtype", "float64", "--memory", "512", *options]
    return ["check", *what, *how, "--json", str(records)], records


def main():
    """Judge thirty targets; the exit status is 0 if each has the verdict that it must have."""
    with tempfile.TemporaryDirectory() as folder:
        arguments, records = check(Path(folder), (*HOSTILE, *RIGHT), "--timeout", "60")
        began = time.monotonic()
        status = subprocess.run([*COMMAND, *arguments], check=False).returncode
        verdicts = [str(record.verdict) for record in load.read(records)]
    print(f"{len(verdicts)} verdicts in {time.monotonic() - began:.0f} s, exit status {status}")
    return verdicts != ["error"] * 5 + ["conforms"] * 25 or status != 2


if __name__ == "__main__":
    sys.exit(main())
