"""Optimizers that step by a sign, a line of code per line of their papers."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class _BySign(PerParameterOptimizer):
    """Keeps one average of the gradients, in the parameter's format."""

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the average at zero."""
        state["exp_avg"] = torch.zeros_like(param)


class Lion(_BySign):
    """Lion: Algorithm 2 of arXiv:2302.06675v4.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, weight_decay
        The paper's eta, (beta1, beta2) and lambda.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; the update uses the momentum of the step before."""
        beta1, beta2 = group["betas"]
        m, lr = state["exp_avg"], group["lr"]
        c = beta1 * m + (1 - beta1) * grad
        param.sub_(lr * (c.sign() + group["weight_decay"] * param))
        m.copy_(beta2 * m + (1 - beta2) * grad)


class SignSGD(PerParameterOptimizer):
    """signSGD: Algorithm 1 of arXiv:1802.04434v3.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr
        The paper's delta.
    """

    def __init__(self, params: ParamsT, lr: float = 1e-4) -> None:
        super().__init__(params, {"lr": lr})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:
        """Keep nothing."""

    def step_param(
        self,
        state: State,  # noqa: ARG002
        group: Group,
        grad: torch.Tensor,
        param: torch.Tensor,
    ) -> None:
        """Make one step."""
        param.sub_(group["lr"] * grad.sign())


class Signum(_BySign):
    """Signum: Algorithm 2 of arXiv:1802.04434v3.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, momentum
        The paper's delta and beta.
    """

    def __init__(self, params: ParamsT, lr: float = 1e-4, momentum: float = 0.9) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        beta, m = group["momentum"], state["exp_avg"]
        m.copy_(beta * m + (1 - beta) * grad)
        param.sub_(group["lr"] * m.sign())


class LerpSignum(Signum):
    """Signum whose average moves towards the gradient: near zero it rounds to another sign."""

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["exp_avg"].lerp_(grad, 1 - group["momentum"])
        param.sub_(group["lr"] * state["exp_avg"].sign())
