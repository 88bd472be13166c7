"""What is compared: the kernels of CUDA and Triton on a GPU, and the host build of the header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import torch

from optimspec.impls.cuda import FusedAdam
from optimspec.impls.cuda.host import host_step
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars
from optimspec.impls.triton import TritonAdam

Mover = Callable[[Sequence[Job], AdamScalars], None]
"""Makes one step of all jobs in place."""

SCALARS: Final[Mapping[str, AdamScalars]] = {
    "adam": adam_scalars(
        {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "maximize": False},
        1,
        decoupled=False,
    ),
    "adam, weight decay, maximize": adam_scalars(
        {"lr": 0.25, "betas": (0.5, 0.75), "eps": 0.125, "weight_decay": 0.3, "maximize": True},
        3,
        decoupled=False,
    ),
    "adamw": adam_scalars(
        {"lr": 0.01, "betas": (0.0, 0.9999), "eps": 1e-6, "weight_decay": 0.1, "maximize": False},
        1000,
        decoupled=True,
    ),
}
"""Settings and counts of steps that take each way through the update."""


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
