"""Optimizers whose steps are as long as a share of the parameter's own norm, from their papers."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, PerParameterOptimizer, State


class LAMB(AdaptiveOptimizer):
    """LAMB: Algorithm 2 of arXiv:1904.00962v5 with phi(z) = z.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps, weight_decay
        The paper's eta, (beta1, beta2), epsilon and lambda.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay=weight_decay)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; where a norm is zero, the trust ratio is 1."""
        state["step"] += 1
        t, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        beta1, beta2 = group["betas"]
        m.copy_(beta1 * m + (1 - beta1) * grad)
        v.copy_(beta2 * v + (1 - beta2) * grad**2)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        u = m_hat / (v_hat.sqrt() + group["eps"]) + group["weight_decay"] * param
        weight, length = param.norm(), u.norm()
        ratio = weight / length if weight > 0 and length > 0 else 1.0
        param.sub_(group["lr"] * ratio * u)


class LARS(PerParameterOptimizer):
    """LARS: Algorithm 1 of arXiv:1708.03888v3.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, momentum, weight_decay, trust_coefficient
        The paper's gamma, m, beta and eta.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 0.01,
        momentum: float = 0.9,
        weight_decay: float = 0.0005,
        trust_coefficient: float = 0.001,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "weight_decay": weight_decay,
                "trust_coefficient": trust_coefficient,
            },
        )

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the velocity at zero."""
        state["momentum_buffer"] = torch.zeros_like(param)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; where a norm is zero, the local rate is 1."""
        decay, v = group["weight_decay"], state["momentum_buffer"]
        weight, slope = param.norm(), grad.norm()
        rate: torch.Tensor | float = 1.0
        if weight > 0 and slope > 0:
            rate = group["trust_coefficient"] * weight / (slope + decay * weight)
        v.copy_(group["momentum"] * v + group["lr"] * rate * (grad + decay * param))
        param.sub_(v)
