"""Adadelta with both averages taken before the change, which looks wrong and is not.

The average of squared changes then has those up to the step before, which is what Algorithm 1
(arXiv:1212.5701v1) divides: RMS[delta] of step t-1.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class LaggedAdadelta(PerParameterOptimizer):
    """Adadelta that keeps its last change and averages it at the next step.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, rho, eps
        The step size, the decay rate and epsilon; the decay rate is one for the whole run.
    """

    def __init__(
        self, params: ParamsT, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6
    ) -> None:
        super().__init__(params, {"lr": lr, "eps": eps})
        self.require_valid({"rho": rho})
        self.rho = rho

    def __getstate__(self) -> dict[str, Any]:
        """What copies have: of an optimizer's attributes, torch knows its own alone."""
        return {**super().__getstate__(), "rho": self.rho}

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the averages and the last change at zero."""
        kept = ("square_avg", "past_changes", "last_change")
        state.update({name: torch.zeros_like(param) for name in kept})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        rho, eps = self.rho, group["eps"]
        v, past, change = state["square_avg"], state["past_changes"], state["last_change"]

        v.copy_(rho * v + (1 - rho) * grad**2)
        past.copy_(rho * past + (1 - rho) * change**2)
        change.copy_((past + eps).sqrt() / (v + eps).sqrt() * grad)
        param.sub_(group["lr"] * change)
