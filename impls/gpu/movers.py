"""What is compared: the kernels of CUDA and Triton on a GPU, and the host build of the header."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from optimspec.impls.cuda import FusedAdam
from optimspec.impls.cuda.agreement import Step as Mover
from optimspec.impls.cuda.host import host_step
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.triton import TritonAdam

__all__ = ["Mover", "by_cuda", "by_triton", "on_host"]


def on_host(jobs: Sequence[Job], scalars: AdamScalars) -> None:
    """Step tensors on the CPU by the host build."""
    for job in jobs:
        host_step(*job, scalars)


def by_cuda() -> Mover:
    """The CUDA kernels, on torch's current GPU."""
    return FusedAdam([torch.zeros(1, device="cuda", requires_grad=True)]).move


def by_triton() -> Mover:
    """The Triton kernels, on torch's current GPU."""
    return TritonAdam([torch.zeros(1, device="cuda", requires_grad=True)]).move
