"""Adadelta with both averages taken before the change, which looks wrong and is not.

The average of squared changes then has those up to the step before, which is what Algorithm 1
(arXiv:1212.5701v1) divides: RMS[delta] of step t-1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class LaggedAdadelta(Optimizer):
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
        self.rho = rho

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Make one step of every parameter that has a gradient; return the closure's loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for theta in group["params"]:
                if theta.grad is not None:
                    self._update(theta, theta.grad, group)
        return loss

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        state, rho, eps = self.state[theta], self.rho, group["eps"]
        for name in ("square_avg", "past_changes", "last_change"):
            state.setdefault(name, torch.zeros_like(theta))
        v, past, change = state["square_avg"], state["past_changes"], state["last_change"]

        v.copy_(rho * v + (1 - rho) * g**2)
        past.copy_(rho * past + (1 - rho) * change**2)
        change.copy_((past + eps).sqrt() / (v + eps).sqrt() * g)
        theta.sub_(group["lr"] * change)
