"""Tensors of a step as buffers of an executor, each at an address far from the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch

from optimspec.impls.cuda.kernels import Job, Span
from optimspec.impls.ptx import Buffer, Memory, address_of

_READ_ONLY: Final = "grad"


class Placed:
    """Copies of packed tensors, whose addresses have the remainder by 16 that the tensors' have.

    Parameters
    ----------
    work
        Jobs as :func:`optimspec.impls.cuda.kernels.in_memory` gives them.
    """

    def __init__(self, work: Sequence[Job]) -> None:
        self._work = work
        self.buffers = [
            Buffer(
                f"{name} {number}",
                address_of(len(job) * number + i, tensor.data_ptr() % 16),
                bytes_of(tensor).numpy(),
                writable=name != _READ_ONLY,
            )
            for number, job in enumerate(work)
            for i, (name, tensor) in enumerate(zip(Job._fields, job, strict=True))
        ]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where each job is."""
        every = iter(buffer.address for buffer in self.buffers)
        where = zip(every, every, every, every, strict=True)
        return tuple(
            Span(*at, job.param.numel()) for at, job in zip(where, self._work, strict=True)
        )

    def take_back(self, memory: Memory) -> None:
        """Copy to the tensors what was written to the buffers."""
        tensors = (tensor for job in self._work for tensor in job)
        for tensor, buffer in zip(tensors, self.buffers, strict=True):
            if buffer.writable:
                bytes_of(tensor).copy_(torch.from_numpy(memory.contents(buffer.name)))


def bytes_of(tensor: torch.Tensor) -> torch.Tensor:
    """The memory of a packed tensor, as uint8."""
    return tensor.detach().flatten().view(torch.uint8)
