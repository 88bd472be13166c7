"""What the plugin puts in the hands of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from optimspec.conformance.defaults import MEBIBYTES, SECONDS, SEED
from optimspec.conformance.device import CPU
from optimspec.conformance.pytest.arguments import formats_of
from optimspec.conformance.pytest.checks import Check
from optimspec.conformance.pytest.judgements import Judgements
from optimspec.conformance.pytest.outcome import conclude
from optimspec.conformance.pytest.request import Request, Settings
from optimspec.conformance.record import Record


class Examiner:
    """Judges targets in a session: a process for each that a reference names, and a report."""

    def __init__(self, judgements: Judgements) -> None:
        self._judgements = judgements

    def check(
        self,
        target: object,
        spec: str | None = None,
        *,
        formats: Sequence[str] = (),
        seed: int = SEED,
        long: bool = False,
        device: str = CPU,
        timeout: int = SECONDS,
        memory: int = MEBIBYTES,
        **arguments: object,
    ) -> Record:
        """Return the record of a target, which is made once in a session.

        Parameters are those of :func:`optimspec.conformance.parametrize_with_checks`. What cannot
        be judged has a record with the verdict ``error``, which says why.
        """
        settings = Settings(formats_of(formats), seed, long, device, timeout, memory)
        request = Request(target, spec, arguments, settings, place=str(uuid4()))
        return self._judgements.record(request)


def examiner(check: Check, item: pytest.Function, judgements: Judgements) -> Callable[..., None]:
    """A check that can be called on its target, and ends the test as it ended."""

    def examine(target: object) -> None:
        if target is not check.request.target:
            raise TypeError(f"A check takes the target that it came with; found {target!r}.")
        own = _placed(check, item)
        record = judgements.record(own, _requests(item.session))
        judgements.expect(own, check.expected)
        conclude(record, check)

    return examine


def _requests(session: pytest.Session) -> Iterator[Request]:
    """What all selected tests ask for, which is judged together."""
    for item in session.items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            for value in item.callspec.params.values():
                if isinstance(value, Check):
                    yield _placed(value, item)


def _placed(check: Check, item: pytest.Function) -> Request:
    """What a check asks for, told apart from what other test functions ask for."""
    where = f"{item.parent and item.parent.nodeid}::{item.originalname}"
    return replace(check.request, place=f"{where}, {check.request.place}")
