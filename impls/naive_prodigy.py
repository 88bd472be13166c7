"""Prodigy as a torch optimizer, a line of code per line of Algorithm 4 (arXiv:2306.06101v4)."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class Prodigy(PerParameterOptimizer):
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

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:
        """Keep the start values, the first estimate, and sums of zero."""
        zeros = {key: torch.zeros_like(param) for key in ("exp_avg", "exp_avg_sq", "s")}
        state.update(p0=param.clone(), d=param.new_tensor(group["d0"]), **zeros)
        state["r"] = param.new_tensor(0.0)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        m, v, s, r, d = (state[key] for key in ("exp_avg", "exp_avg_sq", "s", "r", "d"))
        gamma, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        beta3 = beta2**0.5

        m.copy_(beta1 * m + (1 - beta1) * d * grad)
        v.copy_(beta2 * v + (1 - beta2) * d**2 * grad**2)
        r.copy_(beta3 * r + (1 - beta3) * gamma * d**2 * (grad * (state["p0"] - param)).sum())
        s.copy_(beta3 * s + (1 - beta3) * gamma * d**2 * grad)
        param.sub_(gamma * d * m / (v.sqrt() + d * eps))
        if s.abs().sum() > 0:
            d.copy_(torch.maximum(d, r / s.abs().sum()))
