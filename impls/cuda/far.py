"""A tensor of more than 2^31 elements, of which memory holds the first and the last alone."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import torch

from optimspec.impls.cuda.agreement import SCALARS, Case, drawn
from optimspec.impls.cuda.kept import SYMBOLS
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.cuda.nvcc import THREADS
from optimspec.impls.cuda.placed import bytes_of
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.ptx import Buffer, Memory, Module, address_of, launch

_FAR: Final = 2**31
"""The first element whose number an int cannot hold."""

_TAIL: Final = 3
"""Elements behind the last 16 bytes."""


def far_case(dtype: torch.dtype) -> Case:
    """As many elements as the first block of a launch moves, as many from 2^31 on, and a tail."""
    n = 2 * _of_a_block(dtype) + _TAIL
    return Case(f"{n} of 2^31 elements", dtype, SCALARS["AdamW"], (n,), ((0,) * 4,), drawn)


def far_step(jobs: Sequence[Job], scalars: AdamScalars, module: Module) -> None:
    """Step a tensor of which the job has the first elements and the last.

    Of the launch, which has a thread for each 16 bytes of parameters, the first and the last block
    are executed: no other touches these elements. Raises PtxFault if a kernel breaks a rule.
    """
    (job,) = jobs
    front = _of_a_block(job.param.dtype)
    buffers = []
    for i, (name, tensor) in enumerate(zip(Job._fields, job, strict=True)):
        writable, far = name != "grad", address_of(i) + _FAR * tensor.element_size()
        for part, address in ((tensor[:front], address_of(i)), (tensor[front:], far)):
            buffers.append(Buffer(f"{name} {address}", address, bytes_of(part).numpy(), writable))
    grid, memory = _FAR // front + 1, Memory(buffers)
    addresses = [struct.pack("q", address_of(i)) for i in range(len(job))]
    given = [*addresses, struct.pack("q", _FAR + front + _TAIL), bytes(scalars)]
    program = module.program(f"adam_one_{SYMBOLS[job.param.dtype]}")
    launch(program, given, memory, grid=grid, block=THREADS, blocks=(0, grid - 1))
    for tensor, parts in zip(job, zip(buffers[::2], buffers[1::2], strict=True), strict=True):
        for part, buffer in zip((tensor[:front], tensor[front:]), parts, strict=True):
            bytes_of(part).copy_(torch.from_numpy(memory.contents(buffer.name)))


def _of_a_block(dtype: torch.dtype) -> int:
    return THREADS * (16 // dtype.itemsize)
