"""What Triton's PTX says, and whether interpreter and PTX give the bits of the host build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import torch

from optimspec.conformance.evidence import Evidence
from optimspec.impls.cuda.agreement import FORMATS, Case, Step, agreement, cases
from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound
from optimspec.impls.cuda.evidence import MOST_REGISTERS, Found, counted, rounding
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.ptx import Module
from optimspec.impls.ptx.fixed import Accesses, accesses
from optimspec.impls.triton.executed import executed_step, far_step, module_of
from optimspec.impls.triton.interpreted import fitting, interpreted_step
from optimspec.impls.triton.launch import COMPILED
from optimspec.impls.triton.load import TritonNotFound
from optimspec.impls.triton.ptx import VARIANTS, Variant

WIDE: Final = {torch.float32: Accesses(4, 3, 0, 0), torch.bfloat16: Accesses(2, 2, 0, 0)}
"""How aligned tensors are moved: a thread's four elements are 16 bytes, but 8 of bfloat16."""

_SINGLY: Final = Accesses(0, 0, 0, 0)
_MANY: Final = 16
"""Tensors in the largest table that is interpreted."""

_PIECES: Final = 2
"""Into so many the longest tensor is cut, so that there is more than one block."""

_END: Final = 2 * COMPILED.block + 3
"""Whole blocks, and a part of one."""

Modules = Mapping[Variant, Module]


def of_interpreted() -> Iterator[Evidence]:
    """All of it, in the order in which a report shows it."""
    yield _judged(
        "triton.bits",
        "The kernels, in Triton's interpreter, leave the bits that the host build of the CUDA "
        "kernels' header leaves.",
        "docs/triton.md",
        lambda: agrees(interpreted_runs()),
    )
    yield from of_executed()


def of_executed() -> Iterator[Evidence]:
    """What needs no interpreter."""
    yield _judged(
        "triton.ptx-rounding",
        "PTX fixes the result of every instruction to one rounding to nearest.",
        "PTX ISA 9.0, 9.7.3: without a rounding, or with .approx, .full or .ftz, it does not",
        lambda: roundings(_modules()),
    )
    yield _judged(
        "triton.ptx-accesses",
        "Aligned tensors are moved four elements at a time, in global memory, by indices of 64 "
        "bits.",
        "PTX ISA 9.0, 9.7.9, ld and st",
        lambda: moves(_modules()),
    )
    yield _judged(
        "triton.ptx-registers",
        f"ptxas spills no registers and needs at most {MOST_REGISTERS} for a thread.",
        "CUDA C++ Programming Guide, Compute Capabilities: 65536 registers for a multiprocessor",
        lambda: counted(_modules().values()),
    )
    yield _judged(
        "triton.ptx-bits",
        "The PTX, executed in NumPy, leaves the bits that the host build of the CUDA kernels' "
        "header leaves, and breaks no rule of memory.",
        "PTX ISA 9.0, 9.7; docs/triton.md",
        lambda: agrees(executed_runs()),
    )
    yield Evidence(
        "gpu",
        "The kernels run on a GPU.",
        "docs/triton.md",
        None,
        "GPU: not run, parameters are on the CPU. Speed, streams, and what ptxas and the hardware "
        "make of the PTX are not known.",
    )


def agrees(runs: Iterable[tuple[Case, Step]]) -> Found:
    """Compare steps with the host build; raises as :func:`agreement` does."""
    passed, found = agreement(runs)
    return passed, f"{found}, in float32 and bfloat16." if passed else found


def interpreted_runs() -> Iterator[tuple[Case, Step]]:
    """Tensors are cut, so that there is more than one block.

    Tables of very many tensors are left out: the interpreter would take a minute.
    """
    for dtype in FORMATS:
        for case in cases(dtype):
            if len(case.sizes) <= _MANY:
                yield case, _in_pieces


def executed_runs() -> Iterator[tuple[Case, Step]]:
    """All cases, and elements beyond 2^31."""
    for dtype in FORMATS:
        for case in cases(dtype):
            yield case, executed_step
        yield far_case(dtype), far_step


def far_case(dtype: torch.dtype) -> Case:
    """The end of a tensor: whole blocks and a part of one."""
    return next(cases(dtype))._replace(name="elements beyond 2^31", sizes=(_END,))


def _in_pieces(jobs: Sequence[Job], scalars: AdamScalars) -> None:
    interpreted_step(jobs, scalars, fitting(jobs, _PIECES))


def roundings(modules: Modules) -> Found:
    """Look for instructions whose result PTX leaves open."""
    for variant, module in modules.items():
        passed, found, *_ = rounding(module)
        if not passed:
            return False, f"{variant}: {found}"
    return True, f"All roundings in {len(modules)} kernels are .rn.f32."


def moves(modules: Modules) -> Found:
    """Look at how kernels move memory."""
    for variant, module in modules.items():
        found = accesses(module.kernels[variant.name])
        expected = WIDE[variant.dtype] if variant.aligned else _SINGLY
        if found != expected:
            return False, f"{variant} has {found}; expected {expected}."
    counts = (f"{of} {each[0]} loads and {each[1]} stores" for of, each in WIDE.items())
    return True, f"In {len(modules)} kernels, of 16 bytes where aligned: {', '.join(counts)}."


def _judged(id: str, title: str, cites: str, look: Callable[[], Found]) -> Evidence:  # noqa: A002
    try:
        return Evidence(id, title, cites, *look())
    except (TritonNotFound, CompilerNotFound, BuildFailed) as missing:
        return Evidence(id, title, cites, None, f"not run: {missing}")


def _modules() -> dict[Variant, Module]:
    return {variant: module_of(variant) for variant in VARIANTS}
