"""Adam and AdamW by Triton's compiler, on a GPU."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from optimspec.impls.cuda.batches import BatchedAdam
from optimspec.impls.cuda.kept import AdamWSettings
from optimspec.impls.cuda.kernels import Job, refuse_capture
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.triton.launch import COMPILED, launch
from optimspec.impls.triton.load import kernels


class TritonAdam(BatchedAdam):
    """Adam by the Triton kernels, on CUDA tensors.

    Raises
    ------
    ValueError
        If a parameter is not on a GPU; on a CPU there is ``InterpretedAdam``.
    TritonNotFound
        At the first step, if Triton is missing.
    LaunchFailed
        At a step, if a CUDA graph is being captured.
    """

    device_type = "cuda"
    elsewhere = "On a CPU, use InterpretedAdam or InterpretedAdamW; else move them to a GPU."

    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job, in one launch on the current stream."""
        device = jobs[0].param.device
        with torch.cuda.device(device):
            refuse_capture()
            stream = torch.cuda.current_stream(device).cuda_stream
            launch(kernels(interpreted=False), jobs, scalars, COMPILED, stream)


class TritonAdamW(AdamWSettings, TritonAdam):
    """AdamW by the Triton kernels, on CUDA tensors; raises as :class:`TritonAdam` does."""
