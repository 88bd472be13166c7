"""Adan as a torch optimizer, a line of code per line of its authors' algorithm."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class Adan(PerParameterOptimizer):
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

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the averages at zero; the first difference of gradients is zero too."""
        averages = ("exp_avg", "exp_avg_diff", "exp_avg_sq")
        state.update({"step": 0, **{key: torch.zeros_like(param) for key in averages}})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        g = -grad if group["maximize"] else grad
        state.setdefault("g_last", g.clone())
        state["step"] += 1
        t, m, v, n = (state[key] for key in ("step", "exp_avg", "exp_avg_diff", "exp_avg_sq"))
        alpha, (beta1, beta2, beta3), eps = group["lr"], group["betas"], group["eps"]

        difference = g - state["g_last"]
        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * difference)
        n.copy_(beta3 * n + (1 - beta3) * (g + beta2 * difference) ** 2)
        ahead = m / (1 - beta1**t) + beta2 * v / (1 - beta2**t)
        param.sub_(alpha * ahead / ((n / (1 - beta3**t)).sqrt() + eps))
        param.div_(1 + alpha * group["weight_decay"])
        state["g_last"].copy_(g)
