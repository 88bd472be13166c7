"""The whole suite on the GPU: a command of its own, whose records are kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu_targets import GPU
from optimspec.impls.shipped import Shipped

RULE: Final = Rule("suite.run", "The suite judges the targets of the list gpu on a GPU.")
_SECONDS: Final = 540
_SEED: Final = re.compile(r"^seed \d+$", re.MULTILINE)
"""What the command prints once all are judged."""

_PROGRAM: Final = "from optimspec.conformance.cli import app; app()"
_ASKED: Final = ("check", "--listed", "gpu", "--device", "cuda", "--dtype", "float32")
_ALSO: Final = ("--dtype", "bfloat16", "--timeout", str(_SECONDS - 60), "--json")


def run(records: Path | None = None) -> Iterator[Finding]:
    """Judge the list, and say of each target whether it is what it must be.

    Parameters
    ----------
    records
        Where the records are kept; nowhere by default.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = records or Path(folder) / "records.json"
        status, printed = _printed([*_ASKED, *_ALSO, str(path)])
        yield outcome(status, printed)
        if path.is_file() and path.stat().st_size:
            yield from judged(json.loads(path.read_text()))


def outcome(status: int, printed: str) -> Finding:
    """What an exit status and a command's last words mean."""
    last = next(reversed(printed.strip().splitlines()), "")
    if last.startswith("ModuleNotFoundError"):
        return RULE.not_run(f"not run, {last}: give the wheels of what is missing, see docs/gpu.md")
    ended = status in (0, 1) and _SEED.search(printed)
    return RULE.found("" if ended else f"Status {status}: {last}", "It came to its end.")


def judged(records: Any, listed: Sequence[Shipped] = GPU) -> Iterator[Finding]:  # noqa: ANN401
    """What the records of a list say of each target, in its order."""
    every = records if isinstance(records, list) else [records]
    if len(every) != len(listed):
        yield RULE.found(f"There are {len(every)} records of {len(listed)} targets.", "")
        return
    for record, entry in zip(every, listed, strict=True):
        yield _of(record, entry)


def _of(record: Mapping[str, Any], entry: Shipped) -> Finding:
    name, verdict = str(record["target"]), record["verdict"]
    edits = tuple(edit["id"] for edit in (record["matched"] or {"edits": ()})["edits"])
    if entry.verdict:
        title = f"{name} is {entry.verdict}{_worded(entry.edits)} on a GPU."
        right = (verdict, edits) == (entry.verdict, tuple(entry.edits))
    else:
        title = f"The suite can judge {name} on a GPU; what it must be, nobody knows."
        right = verdict != "error"
    said = f"{verdict}{_worded(edits)}: {record['summary']}"
    made = Rule(f"suite.{name}", title).found("" if right else said, said)
    constants = record["error_constants"].items()
    return replace(made, figures={f"k in {k}": v for k, v in constants if isinstance(v, float)})


def _worded(edits: Sequence[str]) -> str:
    return f" ({', '.join(edits)})" if edits else ""


def _printed(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit status and all that the command prints."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"It took more than {_SECONDS} s."
    return done.returncode, done.stdout


def suite(records: Path | None = None) -> Step:
    """The step, which keeps the records in a file, if one is named."""
    return Step("suite", "The whole suite on a GPU.", 300, (RULE,), partial(run, records))
