"""Tensors at chosen places in memory, their values, and their bits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import torch

from optimspec.impls.cuda.kernels import Job

_GUARD: Final = 16
"""Elements before and after a tensor that nothing may change; allocations begin at 256 bytes."""

_EDGES: Final = (0.0, -0.0, 1e-45, -1.1754944e-38, 1.0, -3.5, 2e19, -3.4028235e38, torch.inf)
EDGES: Final = (*_EDGES, torch.nan)
"""Zeros, subnormals, what overflows when it is squared, infinity and NaN."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A job whose tensors lie in longer ones, ``memory``, at ``offsets`` past a guard."""

    memory: tuple[torch.Tensor, ...]
    offsets: tuple[int, ...]
    n: int

    @property
    def job(self) -> Job:
        """The tensors."""
        starts = (_GUARD + offset for offset in self.offsets)
        pairs = zip(self.memory, starts, strict=True)
        return Job(*(whole[start : start + self.n] for whole, start in pairs))

    def on(self, device: str) -> Placed:
        """A copy on a device, at the same distance from where its memory begins."""
        memory = tuple(whole.to(device, copy=True) for whole in self.memory)
        return Placed(memory, self.offsets, self.n)


def placed(
    n: int, dtype: torch.dtype, offsets: Sequence[int] = (0, 0, 0, 0), seed: int = 0
) -> Placed:
    """A job of ``n`` elements with values over nine decades, on the CPU; v is positive."""
    random = torch.Generator().manual_seed(seed)
    memory = []
    for kind in (dtype, dtype, torch.float32, torch.float32):
        size = n + max(offsets) + 2 * _GUARD
        decades = torch.randint(-6, 3, (size,), generator=random)
        values = torch.randn(size, generator=random) * 10.0**decades
        memory.append(values.to(kind))
    memory[3].abs_()
    return Placed(tuple(memory), tuple(offsets), n)


def at_edges(dtype: torch.dtype) -> Placed:
    """A job with every combination of :data:`EDGES`."""
    made = placed(len(EDGES) ** 4, dtype)
    columns = torch.tensor(list(itertools.product(EDGES, repeat=4))).unbind(dim=1)
    for tensor, column in zip(made.job, columns, strict=True):
        tensor.copy_(column)
    made.job.v.abs_()
    return made


def misaligned(n: int, dtype: torch.dtype) -> Iterator[Placed]:
    """A job for each combination of places that differ modulo 16 bytes."""
    narrow, wide = 16 // dtype.itemsize, 16 // torch.float32.itemsize
    spans = (range(narrow), range(narrow), range(wide), range(wide))
    for seed, offsets in enumerate(itertools.product(*spans)):
        yield placed(n, dtype, offsets, seed)


def bits(tensor: torch.Tensor) -> torch.Tensor:
    """The bits of each element as integers; which NaN it is, processors choose."""
    one_nan = torch.where(tensor.isnan(), torch.full_like(tensor, torch.nan), tensor)
    return one_nan.view(torch.int16 if tensor.itemsize == 2 else torch.int32)
