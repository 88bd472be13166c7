"""Relatives of Adam, a line of code per line of their papers."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import (
    AdaptiveOptimizer,
    Group,
    PerParameterOptimizer,
    State,
)


class AdaBelief(AdaptiveOptimizer):
    """AdaBelief: Algorithm 2 of arXiv:2010.07468v5.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    """

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start both averages at zero."""
        state["step"] = 0
        state["exp_avg"] = torch.zeros_like(param)
        state["exp_avg_var"] = torch.zeros_like(param)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; eps adds up in the belief."""
        state["step"] += 1
        t, m, s = state["step"], state["exp_avg"], state["exp_avg_var"]
        (beta1, beta2), eps = group["betas"], group["eps"]
        m.copy_(beta1 * m + (1 - beta1) * grad)
        s.copy_(beta2 * s + (1 - beta2) * (grad - m) ** 2 + eps)
        m_hat = m / (1 - beta1**t)
        s_hat = s / (1 - beta2**t)
        param.sub_(group["lr"] * m_hat / (s_hat.sqrt() + eps))


class Yogi(AdaptiveOptimizer):
    """Yogi: Algorithm 2 of its paper (NeurIPS 2018), without bias correction.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's eta, (beta1, beta2) and epsilon.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-2,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-3,
    ) -> None:
        super().__init__(params, lr, betas, eps)

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start both moments at zero; nothing depends on the step."""
        state["exp_avg"] = torch.zeros_like(param)
        state["exp_avg_sq"] = torch.zeros_like(param)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        m, v = state["exp_avg"], state["exp_avg_sq"]
        beta1, beta2 = group["betas"]
        m.copy_(beta1 * m + (1 - beta1) * grad)
        v.sub_((1 - beta2) * (v - grad**2).sign() * grad**2)
        param.sub_(group["lr"] * m / (v.sqrt() + group["eps"]))


class AdamAtan2(AdaptiveOptimizer):
    """Adam-atan2 (arXiv:2407.05872v2): Adam with an angle in place of the quotient.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas
        The paper's eta and (beta1, beta2).
    """

    def __init__(
        self, params: ParamsT, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999)
    ) -> None:
        PerParameterOptimizer.__init__(self, params, {"lr": lr, "betas": betas})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; a zero gradient in both moments makes the angle zero."""
        state["step"] += 1
        t, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        beta1, beta2 = group["betas"]
        m.copy_(beta1 * m + (1 - beta1) * grad)
        v.copy_(beta2 * v + (1 - beta2) * grad**2)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        param.sub_(group["lr"] * torch.atan2(m_hat, v_hat.sqrt()))
