"""Schedule-free SGD and AdamW as torch optimizers, in training mode only (arXiv:2405.15682)."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class ScheduleFreeSGD(PerParameterOptimizer):
    """Schedule-free SGD; the parameters are the points y at which gradients are taken.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, momentum
        The step size, and the share of the average in y.
    weight_decay
        The L2 penalty lambda.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1.0,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start z at the parameters, with no weight behind it."""
        state.update(z=param.clone(), lr_max=0.0, weight_sum=0.0)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        direction = grad + group["weight_decay"] * param
        _move(param, state, direction, group["lr"], group["momentum"])


class ScheduleFreeAdamW(PerParameterOptimizer):
    """Schedule-free AdamW; the parameters are the points y at which gradients are taken.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The step size; the share of the average in y and the decay rate of the second moment;
        and what keeps the denominator from zero.
    weight_decay
        The decay lambda, of y.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 0.0025,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start z at the parameters, with no weight behind it, and the second moment at zero."""
        state.update(z=param.clone(), lr_max=0.0, weight_sum=0.0)
        state.update(step=0, exp_avg_sq=torch.zeros_like(param))

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["step"] += 1
        v, (beta1, beta2) = state["exp_avg_sq"], group["betas"]

        v.copy_(beta2 * v + (1 - beta2) * grad**2)
        v_hat = v / (1 - beta2 ** state["step"])
        direction = grad / (v_hat.sqrt() + group["eps"]) + group["weight_decay"] * param
        _move(param, state, direction, group["lr"], beta1)


def _move(y: torch.Tensor, state: State, direction: torch.Tensor, lr: float, beta: float) -> None:
    """Move z against a direction and y between z and the average, whose share of z is c."""
    state["lr_max"] = max(state["lr_max"], lr)
    state["weight_sum"] += state["lr_max"] ** 2
    c = state["lr_max"] ** 2 / state["weight_sum"] if state["weight_sum"] else 0.0

    z = state["z"]
    y.copy_((1 - c) * y + c * z - lr * (1 - beta * (1 - c)) * direction)
    z.sub_(lr * direction)
