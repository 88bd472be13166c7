"""Prodigy as a torch optimizer, a line of code per line of Algorithm 4 (arXiv:2306.06101v4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class Prodigy(Optimizer):
    """Prodigy with an estimate for every tensor, in the format of that.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's gamma, (beta1, beta2) and epsilon.
    d0
        The first estimate of the distance.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1.0,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        d0: float = 1e-6,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "d0": d0})

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
            zeros = {key: torch.zeros_like(theta) for key in ("exp_avg", "exp_avg_sq", "s")}
            state.update(p0=theta.clone(), d=theta.new_tensor(group["d0"]), **zeros)
            state["r"] = theta.new_tensor(0.0)
        m, v, s, r, d = (state[key] for key in ("exp_avg", "exp_avg_sq", "s", "r", "d"))
        gamma, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        beta3 = beta2**0.5

        m.copy_(beta1 * m + (1 - beta1) * d * g)
        v.copy_(beta2 * v + (1 - beta2) * d**2 * g**2)
        r.copy_(beta3 * r + (1 - beta3) * gamma * d**2 * (g * (state["p0"] - theta)).sum())
        s.copy_(beta3 * s + (1 - beta3) * gamma * d**2 * g)
        theta.sub_(gamma * d * m / (v.sqrt() + d * eps))
        if s.abs().sum() > 0:
            d.copy_(torch.maximum(d, r / s.abs().sum()))
