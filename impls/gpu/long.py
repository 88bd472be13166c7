"""Tensors of more elements than 32 bits can count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch

from optimspec.impls.cuda.agreement import cases
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.machine import free_bytes
from optimspec.impls.gpu.movers import Mover
from optimspec.impls.gpu.placed import bits, in_line

LONG: Final = 2**31 + 2**20 + 3
"""More elements than a signed index of 32 bits reaches, and a rest."""

PERIOD: Final = 2**20 + 1
"""Elements after which values repeat; odd, so that they come to lie at every place in a vector."""

FORMATS: Final = {"bfloat16": torch.bfloat16, "float32": torch.float32}
"""The one that needs less memory first."""

_SPARE: Final = 2**30
"""Bytes left free for what the comparison needs."""


def of_long_tensors(
    rule: Rule,
    dtype: torch.dtype,
    move: Mover,
    right: Mover,
    device: str,
    n: int = LONG,
    period: int = PERIOD,
    free: Callable[[], int] = free_bytes,
) -> Finding:
    """Whether ``move`` leaves of a long tensor what ``right`` leaves of its first period."""
    needed = n * 2 * (dtype.itemsize + 4) + _SPARE
    if (there := free()) < needed:
        return rule.not_run(f"GPU: not run, of {needed} bytes {there} are free")
    problem = _disagreement(dtype, move, right, device, n, period)
    return rule.found(problem, f"All bits are equal, of {n} elements.")


def _disagreement(
    dtype: torch.dtype, move: Mover, right: Mover, device: str, n: int, period: int
) -> str:
    case = in_line("a period", next(cases(dtype)), period)
    (pattern,) = case.jobs()
    whole = Job(*(_repeat(part.to(device), n) for part in pattern))
    move([whole], case.scalars)
    right([pattern], case.scalars)
    for name, got, part in zip(Job._fields, whole, pattern, strict=True):
        if count := _differing(got, bits(part.to(device))):
            return f"{count} of {n} values of {name} differ in {dtype}."
    return ""


def _repeat(pattern: torch.Tensor, n: int) -> torch.Tensor:
    made = torch.empty(n, dtype=pattern.dtype, device=pattern.device)
    for part in torch.split(made, len(pattern)):
        part.copy_(pattern[: len(part)])
    return made


def _differing(got: torch.Tensor, expected: torch.Tensor) -> int:
    parts = torch.split(got, len(expected))
    return sum(int((bits(part) != expected[: len(part)]).sum()) for part in parts)
