"""Optimizers that divide zero by zero where their equations do not."""

from __future__ import annotations

import math

import torch

from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State


class DividesByNoStep(AdaptiveOptimizer):
    """RAdam that divides by the adaptive step size also where it is 0, and inverts the quotient.

    The other step size, which is 0 where this one is not, is added then.
    """

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; a denominator of zero gives 0 / 0 before the step is adaptive."""
        state["step"] += 1
        t = state["step"]
        beta1, beta2 = group["betas"]
        m = state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        v = state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        limit = 2 / (1 - beta2) - 1
        length = limit - 2 * t * beta2**t / (1 - beta2**t)
        step_size = group["lr"] / (1 - beta1**t)
        adaptive, plain = 0.0, step_size
        if length > 4:
            squared = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
            adaptive, plain = step_size * math.sqrt(squared * (1 - beta2**t)), 0.0
        # PyTorch divides a tensor by a number as this does; Python's own division would object
        quotient = v.sqrt().add_(group["eps"]).div_(adaptive)
        param.sub_(m * (quotient.reciprocal_() + plain))


class CorrectsDenominator(AdaptiveOptimizer):
    """AdaMax that multiplies the denominator by the bias correction, eps included."""

    def __init__(self, params: torch.optim.optimizer.ParamsT, lr: float = 2e-3) -> None:
        super().__init__(params, lr=lr, eps=1e-7)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; in float16 a tenth of 1e-7 is 0."""
        state["step"] += 1
        beta1, beta2 = group["betas"]
        m = state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        u = torch.maximum(state["exp_avg_sq"].mul_(beta2), grad.abs())
        state["exp_avg_sq"].copy_(u)
        param.sub_(group["lr"] * m / ((1 - beta1 ** state["step"]) * (u + group["eps"])))
