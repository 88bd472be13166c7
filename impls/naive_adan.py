"""Adan as a torch optimizer, a line of code per line of its authors' algorithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class Adan(Optimizer):
    """Adan; its state and arithmetic have the format of the parameter.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The step size, the shares of the old averages, and what keeps the denominator from zero.
    weight_decay
        The decay lambda of the proximal step that ends each update.
    maximize
        Whether to climb.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float, float] = (0.98, 0.92, 0.99),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "maximize": maximize})

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
                    self._update(theta, -theta.grad if group["maximize"] else theta.grad, group)
        return loss

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[theta]
        if not state:
            zeros = {key: torch.zeros_like(theta) for key in ("exp_avg", "exp_avg_diff")}
            state.update(step=0, **zeros, exp_avg_sq=torch.zeros_like(theta), g_last=g.clone())
        state["step"] += 1
        t, m, v, n = (state[key] for key in ("step", "exp_avg", "exp_avg_diff", "exp_avg_sq"))
        alpha, (beta1, beta2, beta3), eps = group["lr"], group["betas"], group["eps"]

        difference = g - state["g_last"]
        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * difference)
        n.copy_(beta3 * n + (1 - beta3) * (g + beta2 * difference) ** 2)
        ahead = m / (1 - beta1**t) + beta2 * v / (1 - beta2**t)
        theta.sub_(alpha * ahead / ((n / (1 - beta3**t)).sqrt() + eps))
        theta.div_(1 + alpha * group["weight_decay"])
        state["g_last"].copy_(g)
