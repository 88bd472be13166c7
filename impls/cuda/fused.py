"""Adam and AdamW on a GPU: one launch for all parameters of a group that are as many steps old."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch

from optimspec.impls.cuda.kept import MOMENTS, AdamWSettings, KernelAdam
from optimspec.impls.cuda.kernels import Job, device_step
from optimspec.impls.per_parameter import Group, State


class FusedAdam(KernelAdam):
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

    def step_group(self, group: Group) -> None:
        """Make one step of a group."""
        self._launch(group, self.due(group))

    def step_param(
        self,
        state: State,
        group: Group,
        grad: torch.Tensor,  # noqa: ARG002 - the parameter has it
        param: torch.Tensor,
    ) -> None:
        """Make one step of one parameter alone."""
        self._launch(group, [(param, state)])

    def _launch(self, group: Group, due: Iterable[tuple[Any, State]]) -> None:
        batches = defaultdict(list)
        for param, state in due:
            state["step"] += 1
            batches[param.device, param.dtype, state["step"]].append(
                Job(param, param.grad, *(state[name] for name in MOMENTS))
            )
        for (_, _, t), jobs in batches.items():
            device_step(jobs, self.scalars(group, t))


class FusedAdamW(AdamWSettings, FusedAdam):
    """AdamW by the CUDA kernels, on CUDA tensors; raises as :class:`FusedAdam` does."""
