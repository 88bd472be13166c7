"""The bits of the kernels: CUDA, Triton and the host build must agree in every one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import torch

from optimspec.impls.cuda.agreement import FORMATS, Case, cases
from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.kernels import CHUNK, Job
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.long import FORMATS as LONG_FORMATS
from optimspec.impls.gpu.long import of_long_tensors
from optimspec.impls.gpu.movers import Mover, by_cuda, by_triton, on_host
from optimspec.impls.gpu.placed import bits, in_line, placed
from optimspec.impls.gpu.step import Step
from optimspec.impls.triton.load import TritonNotFound

LARGE: Final = 2**22
"""Elements, more than all threads of a GPU take at once."""

MANY: Final = (0, 1, 7, 1001, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5) * 5
"""Sizes in a table: none, less than an entry, and several entries."""


def on_gpu() -> Iterator[Case]:
    """What the kernels' PTX is tried on, and larger tensors and tables."""
    for dtype in FORMATS:
        first, *rest = cases(dtype)
        yield from (first, *rest)
        yield in_line(f"{LARGE} elements", first, LARGE)
        yield in_line(f"{len(MANY)} tensors", first, *MANY)


def disagreement(case: Case, move: Mover, right: Mover, device: str) -> str:
    """Where ``move`` leaves other bits than ``right`` in tensors or beside them; "" if nowhere.

    Parameters
    ----------
    case
        What both step.
    move
        Takes jobs on ``device``.
    right
        Takes jobs on the CPU.
    """
    got, expected = placed(case, device), placed(case, "cpu")
    move([one.job for one in got], case.scalars)
    right([one.job for one in expected], case.scalars)
    for number, (mine, its) in enumerate(zip(got, expected, strict=True)):
        for name, one, other in zip(Job._fields, mine.memory, its.memory, strict=True):
            if differing := int((bits(one.cpu()) != bits(other)).sum()):
                where = f"{case.dtype}, {case.name}"
                return f"{where}: {differing} values of {name} of tensor {number} differ."
    return ""


def equal(every: Iterable[Case], move: Mover, right: Mover, device: str) -> tuple[str, str]:
    """The first disagreement, or "", and how much was compared."""
    launches, elements = 0, 0
    for case in every:
        if found := disagreement(case, move, right, device):
            return found, ""
        launches, elements = launches + 1, elements + sum(case.sizes)
    return "", f"{elements} elements in {launches} launches."


def repeated(move: Mover, device: str, n: int = LARGE) -> str:
    """How two runs of equal inputs part, or ""."""
    case = in_line("twice", next(cases(torch.float32)), n)
    (first,), (second,) = placed(case, device), placed(case, device)
    for one in (first, second):
        move([one.job], case.scalars)
    pairs = zip(first.memory, second.memory, strict=True)
    parted = sum(int((bits(a) != bits(b)).sum()) for a, b in pairs)
    return f"{parted} values differ." if parted else ""


def rules(kernels: str) -> tuple[Rule, ...]:
    """The rules for kernels of that name: on every bit, on a second run, on long tensors."""
    host = f"The {kernels} kernels leave the bits that the host build leaves"
    return (
        Rule(f"bits.{kernels}.host", f"{host}, and nothing beside tensors."),
        Rule(f"bits.{kernels}.repeated", f"A second run of the {kernels} kernels leaves no other."),
        *(
            Rule(f"bits.{kernels}.long.{name}", f"{host}, of more than 2^31 elements in {name}.")
            for name in LONG_FORMATS
        ),
    )


def compared(
    kernels: str,
    make: Callable[[], Mover],
    device: str = "cuda",
    every: Callable[[], Iterable[Case]] = on_gpu,
) -> Iterator[Finding]:
    """All that is said of the bits of kernels that ``make`` makes ready."""
    host, again, *long = rules(kernels)
    try:
        move, right = make(), on_host
        problem, message = equal(every(), move, right, device)
    except (CompilerNotFound, TritonNotFound) as missing:
        yield from (rule.not_run(f"{missing}") for rule in rules(kernels))
        return
    yield host.found(problem, message)
    yield again.found(repeated(move, device), f"{LARGE} elements.")
    for rule, dtype in zip(long, LONG_FORMATS.values(), strict=True):
        yield of_long_tensors(rule, dtype, move, right, device)


def _step(kernels: str, make: Callable[[], Mover]) -> Step:
    about = f"The bits of the {kernels} kernels beside those of the host build."
    return Step(f"bits.{kernels}", about, 120, rules(kernels), partial(compared, kernels, make))


BITS: Final = (_step("cuda", by_cuda), _step("triton", by_triton))
"""For each framework a step, which an error in the other leaves alone."""
