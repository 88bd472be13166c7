"""Tensors of a case at chosen places in memory, on any device, and their bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

from optimspec.impls.cuda.agreement import Case, drawn
from optimspec.impls.cuda.kernels import Job

_GUARD: Final = 16
"""Elements before and after a tensor that nothing may change, in memory that begins in line."""

_KEPT: Final = 7.0
"""What is there."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A job whose tensors lie in longer ones, ``memory``, from the elements ``starts`` on."""

    memory: tuple[torch.Tensor, ...]
    starts: tuple[int, ...]
    n: int

    @property
    def job(self) -> Job:
        """The tensors."""
        pairs = zip(self.memory, self.starts, strict=True)
        return Job(*(whole[start : start + self.n] for whole, start in pairs))


def placed(case: Case, device: str) -> list[Placed]:
    """The jobs of a case, as many bytes off a multiple of 16 as it says."""
    made = []
    for number, (n, offsets) in enumerate(zip(case.sizes, case.misaligned, strict=True)):
        memory, starts = [], []
        formats = (case.dtype, case.dtype, torch.float32, torch.float32)
        for values, dtype, offset in zip(case.rows(n, number), formats, offsets, strict=True):
            start = _GUARD + offset // dtype.itemsize
            whole = torch.full((start + n + _GUARD,), _KEPT, dtype=dtype)
            whole[start : start + n] = torch.from_numpy(values)
            memory.append(whole.to(device))  # a copy: what watches our kernels alone sees it
            starts.append(start)
        made.append(Placed(tuple(memory), tuple(starts), n))
    return made


def in_line(name: str, like: Case, *sizes: int) -> Case:
    """A case with the format and scalars of another, and tensors of these sizes in line."""
    return like._replace(name=name, sizes=sizes, misaligned=((0,) * 4,) * len(sizes), rows=drawn)


def bits(tensor: torch.Tensor) -> torch.Tensor:
    """The bits of each element as integers; which NaN it is, processors choose."""
    one_nan = torch.where(tensor.isnan(), torch.full_like(tensor, torch.nan), tensor)
    return one_nan.view(torch.int16 if tensor.itemsize == 2 else torch.int32)
