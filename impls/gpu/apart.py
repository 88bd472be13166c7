"""A step in a process of its own: what an error of CUDA spoils there is gone with it.

``python -m optimspec.impls.gpu.apart NAME RECORDS`` is that process, and prints its findings.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from optimspec.impls.gpu.ended import end, on_sigterm
from optimspec.impls.gpu.finding import Finding
from optimspec.impls.gpu.machine import absent
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.steps import steps


class BrokenOff(RuntimeError):  # noqa: N818
    """A process ended before its work."""


def apart(step: Step, why: str, records: Path) -> Iterator[Finding]:
    """What a step finds, each as soon as it is found, in a process that is begun for it.

    None is begun where there is no GPU, as ``why`` says, and the step needs one.
    """
    if why and step.rules:
        return step.findings(why)
    module = "optimspec.impls.gpu.apart"
    return step.whole(partial(printed, [sys.executable, "-m", module, step.name, str(records)]))


def printed(command: Sequence[str]) -> Iterator[Finding]:
    """The findings that a command prints, a line for each.

    Raises
    ------
    BrokenOff
        After these, if it ends with another status than 0.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield Finding(**json.loads(line))
        except BaseException:
            end(process)
            raise
    if process.returncode:
        raise BrokenOff(f"its process ended with status {process.returncode}.")


def main(name: str, records: str) -> None:
    """Print what a step finds; what else is printed goes to stderr."""
    on_sigterm()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        for finding in steps(Path(records))[name].findings(absent()):
            print(json.dumps(asdict(finding)), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
