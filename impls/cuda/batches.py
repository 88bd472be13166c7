"""Groups of parameters whose kernels take many at once."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import torch

from optimspec.impls.cuda.kept import MOMENTS, KernelAdam
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.per_parameter import Group, State

M, V = MOMENTS


class BatchedAdam(KernelAdam):
    """Adam that moves all parameters of a group together that are equally many steps old.

    They are also on one device and in one format, so that one launch with one set of scalars can
    do it.
    """

    @abstractmethod
    def move(self, jobs: Sequence[Job], scalars: AdamScalars) -> None:
        """Make one step of every job in place; there is at least one."""

    @torch.compiler.disable  # type: ignore[untyped-decorator]  # addresses cannot be traced
    def step_group(self, group: Group) -> None:
        """Make one step of a group; ``torch.compile`` leaves it as it is."""
        self._move_all(group, self.due(group))

    def step_param(
        self,
        state: State,
        group: Group,
        grad: torch.Tensor,  # noqa: ARG002 - the parameter has it
        param: torch.Tensor,
    ) -> None:
        """Make one step of one parameter alone."""
        self._move_all(group, [(param, state)])

    def _move_all(self, group: Group, due: Iterable[tuple[Any, State]]) -> None:
        batches = defaultdict(list)
        for param, state in due:
            batches[param.device, param.dtype, state["step"] + 1].append((param, state))
        for (_, _, t), batch in batches.items():
            jobs = [Job(param, param.grad, state[M], state[V]) for param, state in batch]
            self.move(jobs, self.scalars(group, t))
            for _, state in batch:  # a step that was refused was none
                state["step"] = t
