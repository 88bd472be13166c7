"""Judging for tests: what a reference names in a process of its own, all else in this one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial

from optimspec.conformance.api import name_of
from optimspec.conformance.confined import Limits
from optimspec.conformance.device import require
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job, broken_off, run_job
from optimspec.conformance.judge import NotTestable, judge
from optimspec.conformance.load import CannotLoad, as_target
from optimspec.conformance.pytest.request import Request, Settings
from optimspec.conformance.record import Record
from optimspec.spec import algorithm


def judged(requests: Iterable[Request]) -> Iterator[tuple[Request, Record]]:
    """The record of each, as soon as it is there; those apart run side by side.

    Raises
    ------
    NoDevice
        If torch cannot use a device that is asked for.
    UnknownName
        If there is no such specification.
    """
    apart: dict[Settings, list[Request]] = {}
    here: list[Request] = []
    for request in requests:
        require(request.settings.device)
        if request.spec is not None:
            algorithm(request.spec)
        alike = apart.setdefault(request.settings, []) if request.reference else here
        alike.append(request)
    for settings, alike in apart.items():
        yield from _apart(alike, settings)
    for request in here:
        yield request, _here(request)


def _apart(requests: Sequence[Request], settings: Settings) -> Iterator[tuple[Request, Record]]:
    jobs = {n: Job(r.reference, r.spec, r.arguments) for n, r in enumerate(requests)}
    device, seed = settings.device, settings.seed
    one = partial(run_job, formats=settings.formats, seed=seed, long=settings.long, device=device)
    none = partial(broken_off, seed=seed, device=device)
    limits = Limits(settings.timeout, settings.memory * 2**20, device)
    with closing(isolated(jobs, one, none, limits, _unheard)) as outcomes:
        for number, outcome in outcomes:
            yield requests[number], outcome.record


def _unheard(job: Job, stage: str) -> None:
    """Tests show no stages."""


def _here(request: Request) -> Record:
    """Judge in this process, where warnings do what they do in one of its own: nothing."""
    name, settings = name_of(request.target), request.settings
    job = Job(name, request.spec, request.arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return judge(
                as_target(request.target, request.arguments, name, settings.device),
                algorithm(request.spec) if request.spec else None,
                formats=settings.formats,
                seed=settings.seed,
                long=settings.long,
                proofs=False,
            )
        except (CannotLoad, NotTestable) as problem:
            outcome = broken_off(job, "", str(problem), seed=settings.seed, device=settings.device)
            return outcome.record
