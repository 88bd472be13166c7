"""The whole suite on the GPU: a command of its own, whose records are kept."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from optimspec.impls.gpu.ended import printed_by
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.step import Step
from optimspec.impls.gpu_targets import GPU
from optimspec.impls.shipped import Shipped

RULE: Final = Rule("suite.run", "The suite judges the targets of the list gpu on a GPU.")
_SECONDS: Final = 540
_SEED: Final = re.compile(r"^seed \d+$", re.MULTILINE)
"""What the command prints once all are judged."""

_PROGRAM: Final = "from optimspec.conformance.cli import app; app()"
_ASKED: Final = (
    *("check", "--listed", "gpu", "--device", "cuda", "--dtype", "float32", "--dtype", "bfloat16"),
    *("--timeout", str(_SECONDS - 60), "--resume", "--json"),
)


def run(records: Path | None = None) -> Iterator[Finding]:
    """Judge the list, and say of each target whether it is what it must be.

    Parameters
    ----------
    records
        Where the records are kept; nowhere by default. Those that are there and still hold are
        not made again.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = records or Path(folder) / "records.json"
        before = _stamp(path)
        status, printed = printed_by([sys.executable, "-c", _PROGRAM, *_ASKED, str(path)], _SECONDS)
        ended = outcome(status, printed)
        yield ended
        # Of a command that broke off, a file that it did not write is another's.
        if ended.passed or _stamp(path) != before:
            yield from judged(json.loads(path.read_text(encoding="utf-8")))
        else:
            yield from judged([])


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes where a file is written; None if there is nothing."""
    if not path.is_file() or not (found := path.stat()).st_size:
        return None
    return found.st_mtime_ns, found.st_ino


def outcome(status: int | None, printed: str) -> Finding:
    """What an exit status and a command's last words mean; without a status, it was ended."""
    last = next(reversed(printed.strip().splitlines()), "")
    if status is None:
        return RULE.found(f"It took more than {_SECONDS} s, and was ended.", "")
    if last.startswith("ModuleNotFoundError"):
        return RULE.not_run(f"{last}: give the wheels of what is missing, see docs/gpu.md")
    ended = status in (0, 1) and _SEED.search(printed)
    return RULE.found("" if ended else f"Status {status}: {last}", "It came to its end.")


def judged(records: Any, listed: Sequence[Shipped] = GPU) -> Iterator[Finding]:  # noqa: ANN401
    """What records say of each target of a list, in its order."""
    every = records if isinstance(records, list) else [records]
    there = {str(record["target"]): record for record in every}
    for entry in listed:
        name = title(entry)
        if name in there:
            yield _of(there[name], entry)
        else:
            yield _rule(name, entry).not_run("the suite did not come to it")


def title(entry: Shipped) -> str:
    """What records call a target: the suite's own words for it need packages that may lack."""
    args = ", ".join(f"{key}={value!r}" for key, value in entry.args.items())
    return f"{entry.reference}({args})" if args else entry.reference


def _rule(name: str, entry: Shipped) -> Rule:
    if entry.verdict:
        said = f"{name} is {entry.verdict}{_worded(entry.edits)} on a GPU."
    else:
        said = f"The suite can judge {name} on a GPU; what it must be, nobody knows."
    return Rule(f"suite.{name}", said)


def _of(record: Mapping[str, Any], entry: Shipped) -> Finding:
    name, verdict = str(record["target"]), record["verdict"]
    edits = tuple(edit["id"] for edit in (record["matched"] or {"edits": ()})["edits"])
    if entry.verdict:
        right = (verdict, edits) == (entry.verdict, tuple(entry.edits))
    else:
        right = verdict != "error"
    said = f"{verdict}{_worded(edits)}: {record['summary']}"
    made = _rule(name, entry).found("" if right else said, said)
    constants = record["error_constants"].items()
    return replace(made, figures={f"k in {k}": v for k, v in constants if isinstance(v, float)})


def _worded(edits: Sequence[str]) -> str:
    return f" ({', '.join(edits)})" if edits else ""


def suite(records: Path | None = None) -> Step:
    """The step, which keeps the records in a file, if one is named."""
    return Step("suite", "The whole suite on a GPU.", _SECONDS, (RULE,), partial(run, records))
