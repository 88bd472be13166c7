"""What a run of the command line judges: targets, each with its spec and what is expected of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from typing import Final, Protocol

from optimspec.conformance.describe import specification
from optimspec.conformance.device import CPU
from optimspec.conformance.environment import environment
from optimspec.conformance.judge import NotTestable, judge
from optimspec.conformance.load import CannotLoad, as_target, named
from optimspec.conformance.names import titled
from optimspec.conformance.record import Asked, Record, Verdict
from optimspec.spec import ALGORITHMS, algorithm


class Listed(Protocol):
    """An entry of a package's list of targets (entry point group ``optimspec.targets``)."""

    reference: str
    spec: str
    about: str
    verdict: str
    edits: tuple[str, ...]
    args: Mapping[str, object]


@dataclass(frozen=True)
class Job:
    """One target to judge.

    ``edits`` are the ids of those that its list says it has, ``expected`` is the verdict and the
    ids of the edits that it must get, where that is known.
    """

    reference: str
    spec: str | None
    arguments: Mapping[str, object] = field(default_factory=dict)
    about: str = ""
    edits: tuple[str, ...] = ()
    expected: tuple[Verdict, tuple[str, ...]] | None = None

    @property
    def title(self) -> str:
        """The reference with the arguments, unless it has them."""
        return titled(self.reference, self.arguments)


OWN: Final = "optimspec"
"""The list of the implementations that this package ships."""


def listed_jobs(name: str = "") -> list[Job]:
    """The targets of the list of that name, by default of all, and the verdicts they expect.

    Installed packages name their lists under the entry point group ``optimspec.targets``.
    """
    points = entry_points(group="optimspec.targets")
    entries: list[Listed] = [e for p in points if name in ("", p.name) for e in p.load()]
    return [
        Job(
            e.reference,
            e.spec,
            e.args,
            e.about,
            tuple(e.edits),
            (Verdict(e.verdict), tuple(e.edits)) if e.verdict else None,
        )
        for e in entries
    ]


@dataclass(frozen=True)
class Outcome:
    """A job's record; ``problem`` says why the target could not be judged at all, if so."""

    job: Job
    record: Record
    problem: str = ""

    def answering(self, request: Asked) -> Outcome:
        """The outcome with a record that says what was asked for."""
        return replace(self, record=self.record.model_copy(update={"asked": request}))

    @property
    def surprise(self) -> str:
        """How the record differs from what was expected, or ""."""
        if self.job.expected is None:
            return ""
        verdict, edits = self.job.expected
        got = tuple(edit.id for edit in self.record.matched.edits) if self.record.matched else ()
        if (self.record.verdict, got) == (verdict, edits):
            return ""
        return (
            f"{self.record.target}: {_said(verdict, edits)} was expected, and it is "
            f"{_said(self.record.verdict, got)}"
        )


def _said(verdict: Verdict, edits: tuple[str, ...]) -> str:
    return f"{verdict} ({', '.join(edits)})" if edits else str(verdict)


_LOADING: Final = ("load", "first steps")
"""The stages in which there is no target yet."""


def run_job(
    job: Job,
    *,
    formats: Sequence[str],
    seed: int,
    long: bool = False,
    device: str = CPU,
    progress: Callable[[str], None],
) -> Outcome:
    """Judge one target, without proofs; what cannot be loaded gets a record of an error too."""
    claimed = algorithm(job.spec) if job.spec else None
    progress(_LOADING[0])
    try:
        thing = named(job.reference)
        progress(_LOADING[1])
        target = as_target(thing, job.arguments, job.reference, device)
        record = judge(
            target,
            claimed,
            formats=formats,
            seed=seed,
            about=job.about,
            proofs=False,
            long=long,
            progress=progress,
        )
    except (CannotLoad, NotTestable) as problem:
        record = _not_judged(job, str(problem), seed, device)
        return Outcome(job, record, record.summary)
    return Outcome(job, record)


def broken_off(job: Job, stage: str, why: str, *, seed: int, device: str = CPU) -> Outcome:
    """The outcome of a job whose process came to no end of its own, but to one in a stage."""
    record = _not_judged(job, why, seed, device)
    return Outcome(job, record, problem=why if stage in _LOADING else "")


def proved(record: Record) -> Record:
    """The record with the claims of its specification, of which each algorithm's are proved once.

    Proofs take longer than many a judgement, and no target has a part in them.
    """
    shown = specification(algorithm(record.spec), proofs=True)
    return record.model_copy(update={"specification": shown})


def _not_judged(job: Job, problem: str, seed: int, device: str) -> Record:
    shown = algorithm(job.spec) if job.spec else ALGORITHMS["adam"]
    return Record(
        target=job.title,
        about=job.about,
        spec=shown.name,
        verdict=Verdict.ERROR,
        summary=problem,
        matched=None,
        error_constants={},
        error_limit=None,
        checks=[],
        series=[],
        specification=specification(shown, proofs=False),
        environment=environment(seed, device),
    )
