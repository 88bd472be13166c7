"""Judging for tests: what a reference names in a process of its own, all else in this one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from optimspec.conformance.api import name_of
from optimspec.conformance.confined import Limits
from optimspec.conformance.device import CPU, NoDevice, require
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job, broken_off, run_job
from optimspec.conformance.judge import NotTestable, judge
from optimspec.conformance.load import CannotLoad, as_target
from optimspec.conformance.pytest.request import Request, Settings
from optimspec.conformance.record import Record
from optimspec.spec import SpecError, algorithm


def judged(requests: Iterable[Request]) -> Iterator[tuple[Request, Record]]:
    """The record of each, as soon as it is there; those apart run side by side."""
    apart: dict[Settings, list[Request]] = {}
    here: list[Request] = []
    for request in requests:
        if problem := _problem(request):
            settings = replace(request.settings, device=CPU)
            yield request, _not_judged(replace(request, spec=None, settings=settings), problem)
        elif request.reference:
            apart.setdefault(request.settings, []).append(request)
        else:
            here.append(request)
    for settings, alike in apart.items():
        yield from _apart(alike, settings)
    for request in here:
        yield request, _here(request)


def _problem(request: Request) -> str:
    """Why nothing can be judged so, whatever the target, or ""."""
    try:
        require(request.settings.device)
        if request.spec is not None:
            algorithm(request.spec)
    except (NoDevice, SpecError) as problem:
        return str(problem)
    return ""


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
    settings = request.settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            name = name_of(request.target)
            return judge(
                as_target(request.target, request.arguments, name, settings.device),
                algorithm(request.spec) if request.spec else None,
                formats=settings.formats,
                seed=settings.seed,
                long=settings.long,
                proofs=False,
            )
        except (CannotLoad, NotTestable) as problem:
            return _not_judged(request, str(problem))


def _not_judged(request: Request, problem: str) -> Record:
    job = Job(request.reference or name_of(request.target), request.spec, request.arguments)
    settings = request.settings
    return broken_off(job, "", problem, seed=settings.seed, device=settings.device).record
