"""Adam as a torch optimizer, a line of code per line of Algorithm 1 (arXiv:1412.6980v9)."""

from __future__ import annotations

import torch

from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State


class NaiveAdam(AdaptiveOptimizer):
    """Adam; moments and arithmetic have the format of the parameter.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    """

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["step"] += 1
        t, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        alpha, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]

        m.copy_(beta1 * m + (1 - beta1) * grad)
        v.copy_(beta2 * v + (1 - beta2) * grad**2)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        param.sub_(alpha * m_hat / (v_hat.sqrt() + eps))
