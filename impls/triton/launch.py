"""Launches of the Triton kernels, the same for its compiler and for its interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

import torch

from optimspec.impls.cuda.kept import SYMBOLS
from optimspec.impls.cuda.kernels import CHUNK, Job, Span, in_memory, span_of, table_on
from optimspec.impls.cuda.scalars import AdamScalars

WARPS: Final = 8
"""They leave four elements of a block to each thread: 16 bytes of a moment.

With fewer warps, those of a bfloat16 parameter are exchanged between threads before a store.
"""

OPTIONS: Final = {"num_warps": WARPS, "enable_fp_fusion": False}
"""What the compiler is told; the interpreter ignores it."""


class Blocks(NamedTuple):
    """How the work is cut.

    Parameters
    ----------
    block
        Elements that a program moves at once, a power of two.
    longest
        A multiple of ``block`` that no row of the table is longer than.
    """

    block: int
    longest: int


COMPILED: Final = Blocks(1024, CHUNK)


def launch(
    kernels: ModuleType,
    jobs: Sequence[Job],
    scalars: AdamScalars,
    blocks: Blocks,
    stream: int = 0,
) -> None:
    """Make one step of every job in place, in one launch; none if no job has elements.

    Parameters
    ----------
    kernels
        As :func:`optimspec.impls.triton.load.kernels` gives them.
    jobs
        At least one; all on one device, parameters in one format.
    scalars, blocks
        What is the same for every element, and how the work is cut.
    stream
        The current stream, on a GPU.
    """
    with in_memory(jobs) as work:
        if not work:
            return
        spans = tuple(map(span_of, work))
        chosen = {"aligned": aligned(spans), "block": blocks.block, **OPTIONS}
        values, param = values_of(scalars), work[0].param
        if len(work) == 1:
            n = param.numel()
            given = (tensor.detach() for tensor in work[0])
            kernels.adam_one[(-(-n // blocks.block),)](*given, n, values, **chosen)
        else:
            chunks = table_on(param.device, stream, param.element_size(), spans)
            chosen |= {"dtype": format_of(kernels, param.dtype), "longest": blocks.longest}
            kernels.adam_many[(len(chunks),)](chunks, values, **chosen)


def aligned(spans: Sequence[Span]) -> bool:
    """Whether all addresses are multiples of 16, and so those of every part in a table."""
    return not any(address % 16 for *addresses, _ in spans for address in addresses)


def values_of(scalars: AdamScalars) -> tuple[float, ...]:
    """The fields in order; each is a float32."""
    return tuple(getattr(scalars, name) for name, *_ in scalars._fields_)


def format_of(kernels: ModuleType, dtype: torch.dtype) -> Any:  # noqa: ANN401 - Triton is untyped
    """Triton's name of a parameter's format."""
    return getattr(kernels.tl, SYMBOLS[dtype])
