"""The command that makes the run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from optimspec.impls.gpu.bits import BITS
from optimspec.impls.gpu.brought import BROUGHT
from optimspec.impls.gpu.code import CODE
from optimspec.impls.gpu.defect import DEFECT
from optimspec.impls.gpu.machine import absent, free_bytes, machine
from optimspec.impls.gpu.record import Run, joined
from optimspec.impls.gpu.sanitizer import SANITIZER
from optimspec.impls.gpu.show import show
from optimspec.impls.gpu.speed import SPEED
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.suite import suite

FAILED, UNUSABLE = 1, 2


def steps(records: Path | None = None) -> dict[str, Step]:
    """All steps by name; the suite's records are kept in a file, if one is named."""
    every = (BROUGHT, CODE, BITS, DEFECT, SANITIZER, SPEED, suite(records))
    return {step.name: step for step in every}


STEPS: Final = steps()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the run; the exit status is 0, or 1 if anything failed, or 2 for wrong usage."""
    given = _parser().parse_args(arguments)
    path: Path | None = given.json
    records = path.with_name(f"{path.stem}-suite.json") if path else None
    chosen = [step for step in steps(records).values() if not given.step or step.name in given.step]
    run = make(chosen)
    if given.add and path and path.exists():
        try:
            run = joined(run, path)
        except ValueError as problem:
            print(f"error: --add goes on with the file of --json; {problem}", file=sys.stderr)
            return UNUSABLE
    show(run, Console())
    for place in (path, given.keep and given.keep / run.file_name):
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(run.written(), encoding="utf-8")
            print(f"wrote {place}")
    return status(run, require_gpu=given.require_gpu)


def make(chosen: Sequence[Step]) -> Run:
    """Make these steps."""
    why = absent()
    findings = {}
    for step in chosen:
        print(f"{step.name}: {step.about} {step.seconds} s are set aside.", file=sys.stderr)
        findings[step.name] = list(step.findings(why))
        if not why:
            free_bytes()  # for the processes of later steps
    return Run.now(machine(), findings)


def status(run: Run, *, require_gpu: bool) -> int:
    """1 if anything failed, or if anything was not run and a GPU is required."""
    outcomes = {finding.passed for finding in run.all}
    return FAILED if False in outcomes or (require_gpu and None in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m optimspec.impls.gpu", description=__doc__)
    parser.add_argument("--step", action="append", choices=STEPS, help="make this one; repeat")
    parser.add_argument("--json", type=Path, help="write the run here, the suite's records beside")
    parser.add_argument("--add", action="store_true", help="keep what --json has of other steps")
    parser.add_argument("--keep", type=Path, help="write the run into this folder, with its date")
    parser.add_argument("--require-gpu", action="store_true", help="fail if anything was not run")
    return parser
