"""A test for each target and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import pytest

from optimspec.conformance.defaults import MEBIBYTES, SECONDS, SEED
from optimspec.conformance.device import CPU
from optimspec.conformance.pytest.arguments import (
    Expected,
    expected_of,
    formats_of,
    require_targets,
)
from optimspec.conformance.pytest.families import FAMILIES
from optimspec.conformance.pytest.request import Request, Settings


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
    seed: int = SEED,
    long: bool = False,
    device: str = CPU,
    expected_failed: Expected | Callable[[object], Expected] | None = None,
    timeout: int = SECONDS,
    memory: int = MEBIBYTES,
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
    TypeError
        If ``targets`` or ``formats`` is no list, or ``expected_failed`` no dictionary.
    ValueError
        If ``targets`` is empty, ``formats`` or ``expected_failed`` names what there is not, or a
        reason is missing.
    """
    require_targets(targets)
    settings = Settings(formats_of(formats), seed, long, device, timeout, memory)
    families = [family for family in FAMILIES if long or family != "long-run"]
    tests = []
    for place, (name, target) in enumerate(zip(_names(targets), targets, strict=True)):
        expected = expected_of(target, expected_failed, families)
        request = Request(target, spec, arguments, settings, f"{name}, {place}")
        tests += [
            pytest.param(target, Check(family, request, expected), id=f"{name}-{family}")
            for family in families
        ]
    return pytest.mark.parametrize(("target", "check"), tests)


def _names(targets: Sequence[object]) -> list[str]:
    """A short name for each target, or its whole name where others have the same."""
    whole = [target if isinstance(target, str) else _name(target) for target in targets]
    short = [name.replace(":", ".").rpartition(".")[2] for name in whole]
    counts = Counter(short)
    return [s if counts[s] == 1 else w for s, w in zip(short, whole, strict=True)]


def _name(target: object) -> str:
    named = target if hasattr(target, "__qualname__") else type(target)
    return f"{named.__module__}:{named.__qualname__}"
