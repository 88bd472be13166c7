"""The command that makes the run."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from optimspec.impls.gpu.apart import apart
from optimspec.impls.gpu.machine import absent, machine, missing
from optimspec.impls.gpu.record import Run, going_on, written_to
from optimspec.impls.gpu.show import show
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu.steps import steps

FAILED, UNUSABLE = 1, 2

JSON: Final = Path("reports/out/gpu.json")
KEPT: Final = Path("reports/gpu")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the run; the exit status is 0, or 1 if anything failed, or 2 for wrong usage."""
    given = _parser().parse_args(arguments)
    path: Path = given.json
    every = steps(records := beside(path))
    chosen = [step for step in every.values() if not given.step or _is_of(step, given.step)]
    try:
        begun = _begun(path, add=given.add)
    except (OSError, ValueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return UNUSABLE
    if not given.add:
        records.unlink(missing_ok=True)
    for line in missing():
        print(f"missing: {line}", file=sys.stderr)
    run = begun
    for run in made(begun, chosen, records):
        written_to(path, run)
    show(run)
    print(f"wrote {path}")
    if "gpu" in run.machine:
        print(f"wrote {keep(run, records, given.keep)}")
    return status(run, require_gpu=given.require_gpu)


def _begun(path: Path, *, add: bool) -> Run:
    """A run without findings, or with those of a file; raises ValueError or OSError."""
    run = Run.now(machine())
    if add and path.exists():
        run = going_on(run, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.part").touch()  # that it can be written is known before the work
    return run


def made(run: Run, chosen: Sequence[Step], records: Path) -> Iterator[Run]:
    """The run after each finding of these steps, each made in a process of its own."""
    why = absent()
    run = run.without(step.name for step in chosen)
    yield run
    for step in chosen:
        print(f"{step.name}: {step.about} {step.seconds} s are set aside.", file=sys.stderr)
        for finding in apart(step, why, records):
            run = run.having(step.name, finding)
            yield run


def keep(run: Run, records: Path, folder: Path) -> Path:
    """Keep the run in a folder under the time when it began, the suite's records beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / run.file_name
    written_to(kept, run)
    if records.exists():
        shutil.copyfile(records, beside(kept))
    return kept


def beside(path: Path) -> Path:
    """Where the suite's records are kept, by where the run is."""
    return path.with_name(f"{path.stem}-suite.json")


def status(run: Run, *, require_gpu: bool) -> int:
    """1 if anything failed, or if anything was not run and a GPU is required."""
    outcomes = {finding.passed for finding in run.all}
    return FAILED if False in outcomes or (require_gpu and None in outcomes) else 0


def _is_of(step: Step, names: Sequence[str]) -> bool:
    return step.name in names or step.name.partition(".")[0] in names


def _parser() -> argparse.ArgumentParser:
    names = list(steps())
    choices = sorted({*names, *(name.partition(".")[0] for name in names)})
    parser = argparse.ArgumentParser("python -m optimspec.impls.gpu", description=__doc__)
    add = parser.add_argument
    add("--step", action="append", choices=choices, help="make this one; repeat")
    add("--json", type=Path, default=JSON, help="write the run here, the suite's records beside")
    add("--add", action="store_true", help="go on with the run of --json and of the suite")
    add("--keep", type=Path, default=KEPT, help="the folder for dated runs on a GPU")
    add("--require-gpu", action="store_true", help="fail if anything was not run")
    return parser
