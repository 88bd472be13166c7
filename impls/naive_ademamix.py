"""AdEMAMix as a torch optimizer, a line of code per line of Algorithm 1 (arXiv:2409.03137v2)."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class AdEMAMix(PerParameterOptimizer):
    """AdEMAMix without schedulers; moments and arithmetic have the format of the parameter.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The step size, the decay rates of the fast, the second and the slow moment, and epsilon.
    alpha
        The weight of the slow moment.
    weight_decay
        The decay lambda, which the moments know nothing of.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float, float] = (0.9, 0.999, 0.9999),
        alpha: float = 8.0,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "alpha": alpha, "eps": eps}
        super().__init__(params, {**defaults, "weight_decay": weight_decay})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the three averages at zero."""
        averages = ("exp_avg_fast", "exp_avg_slow", "exp_avg_sq")
        state.update({"step": 0, **{key: torch.zeros_like(param) for key in averages}})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["step"] += 1
        t, m1, m2, v = (state[k] for k in ("step", "exp_avg_fast", "exp_avg_slow", "exp_avg_sq"))
        lr, (beta1, beta2, beta3), eps = group["lr"], group["betas"], group["eps"]

        m1.copy_(beta1 * m1 + (1 - beta1) * grad)
        m2.copy_(beta3 * m2 + (1 - beta3) * grad)
        v.copy_(beta2 * v + (1 - beta2) * grad**2)
        m_hat = m1 / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        update = (m_hat + group["alpha"] * m2) / (v_hat.sqrt() + eps)
        param.sub_(lr * (update + group["weight_decay"] * param))
