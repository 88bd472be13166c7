"""A test for each target and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NoReturn

import pytest

from optimspec.conformance.device import CPU
from optimspec.conformance.pytest.request import Request, Settings

FAMILIES: Final = (
    "runs",
    "repeats",
    "formula",
    "precision",
    "low-precision",
    "long-run",
    "step-bound",
    "invariants",
    "options",
    "contract",
    "evidence",
)
"""The names of the checks, whose import takes seconds."""

Expected = Mapping[str, str]
"""Reasons by the id of a result, or the name of a check, that is expected to fail."""


@dataclass(frozen=True, eq=False)
class Check:
    """A check, to be called on the target that it came with; the plugin makes it callable."""

    family: str
    request: Request
    expected: Expected

    def __call__(self, target: object) -> NoReturn:  # noqa: ARG002 - as the plugin's is called
        """Say that nobody is there to judge."""
        raise RuntimeError(
            "A check is called in a test function under pytest with optimspec's plugin; it is not "
            "loaded. Give pytest the option -p optimspec.conformance.pytest.plugin."
        )


def parametrize_with_checks(
    targets: Sequence[object],
    spec: str | None = None,
    *,
    formats: Sequence[str] = (),
    seed: int = 0,
    long: bool = False,
    device: str = CPU,
    expected_failed: Expected | Callable[[object], Expected] | None = None,
    timeout: int = 600,
    memory: int = 4096,
    **arguments: object,
) -> pytest.MarkDecorator:
    """Make tests of a function with the parameters ``target`` and ``check``: one for each of both.

    >>> @parametrize_with_checks(["torch.optim:Adam"], expected_failed={"contract.complex": "why"})
    ... def test_optimizer(target, check):
    ...     check(target)

    Each target is judged once, in a process of its own if a reference names it, and in this one,
    without limits, if none does: lambdas, what is defined in a function, objects.

    Parameters
    ----------
    targets
        Optimizer classes, functions, objects with the target protocol, or references such as
        ``"torch.optim:Adam"``.
    spec
        Name of the specification; by default what each target's name claims.
    formats, seed, long, device, arguments
        As :func:`optimspec.conformance.check` takes them.
    expected_failed
        Reasons by the id of a result, such as ``"contract.closure"``, or by the name of a check, or
        a function that gives these for a target. What is expected to fail and fails is an xfail,
        what passes is a failure.
    timeout
        Seconds after which the judgement of a target in a process of its own is ended.
    memory
        MiB that it may take, on Linux and on the CPU.

    Raises
    ------
    ValueError
        If ``expected_failed`` names a check that there is not.
    """
    settings = Settings(tuple(formats), seed, long, device, timeout, memory)
    families = [family for family in FAMILIES if long or family != "long-run"]
    tests = []
    for place, (name, target) in enumerate(zip(_names(targets), targets, strict=True)):
        expected = expected_failed(target) if callable(expected_failed) else expected_failed or {}
        _require_known(expected, families)
        request = Request(target, spec, arguments, settings, f"{name}, {place}")
        tests += [
            pytest.param(target, Check(family, request, dict(expected)), id=f"{name}-{family}")
            for family in families
        ]
    return pytest.mark.parametrize(("target", "check"), tests)


def family_of(id: str) -> str:  # noqa: A002 - what a result calls it
    """The check that a result is of, or "": those of `invariants` are called `invariant.sign`."""
    head = id.split(".")[0].removesuffix("s")
    return next((family for family in FAMILIES if family.removesuffix("s") == head), "")


def _require_known(expected: Expected, families: Sequence[str]) -> None:
    for id_ in expected:
        if family_of(id_) not in families:
            near = get_close_matches(id_.split(".")[0], families, n=1, cutoff=0)[0]
            raise ValueError(
                f"expected_failed takes ids that begin with the name of a check; found {id_!r}. "
                f"Did you mean {near!r}? `optimspec list checks` has them all."
            )


def _names(targets: Sequence[object]) -> list[str]:
    """A short name for each target, or its whole name where others have the same."""
    whole = [target if isinstance(target, str) else _name(target) for target in targets]
    short = [name.replace(":", ".").rpartition(".")[2] for name in whole]
    counts = Counter(short)
    return [s if counts[s] == 1 else w for s, w in zip(short, whole, strict=True)]


def _name(target: object) -> str:
    named = target if hasattr(target, "__qualname__") else type(target)
    return f"{named.__module__}:{named.__qualname__}"
