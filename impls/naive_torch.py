"""Adam as a torch optimizer, a line of code per line of Algorithm 1 (arXiv:1412.6980v9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class NaiveAdam(Optimizer):
    """Adam; moments and arithmetic have the format of the parameter.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

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
        state = self.state[theta]
        if not state:
            state.update(
                step=0, exp_avg=torch.zeros_like(theta), exp_avg_sq=torch.zeros_like(theta)
            )
        state["step"] += 1
        t, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        alpha, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]

        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * g**2)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta.sub_(alpha * m_hat / (v_hat.sqrt() + eps))
