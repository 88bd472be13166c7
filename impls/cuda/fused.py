"""Adam and AdamW on a GPU: one launch for all parameters of a group that are as many steps old."""

from __future__ import annotations

from collections.abc import Sequence

from optimspec.impls.cuda.batches import BatchedAdam
from optimspec.impls.cuda.kept import AdamWSettings
from optimspec.impls.cuda.kernels import Job, device_step
from optimspec.impls.cuda.scalars import AdamScalars


class FusedAdam(BatchedAdam):
    """Adam by the CUDA kernels, on CUDA tensors.

    Raises
    ------
    ValueError
        If a parameter is not on a GPU; on a CPU there is ``HostBuildAdam``.
    CompilerNotFound, BuildFailed, LaunchFailed
        At a step, if the kernels can neither be found nor built, or cannot be launched.
    """

    device_type = "cuda"
    elsewhere = "On a CPU, use HostBuildAdam or HostBuildAdamW; else move them to a GPU."

    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job, in one launch."""
        device_step(jobs, scalars)


class FusedAdamW(AdamWSettings, FusedAdam):
    """AdamW by the CUDA kernels, on CUDA tensors; raises as :class:`FusedAdam` does."""
