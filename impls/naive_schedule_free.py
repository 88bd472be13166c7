"""Schedule-free SGD and AdamW as torch optimizers, in training mode only (arXiv:2405.15682)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class ScheduleFreeSGD(Optimizer):
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

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Make one step of every parameter that has a gradient; return the closure's loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for y in group["params"]:
                if y.grad is not None:
                    self._update(y, y.grad, group)
        return loss

    def _update(self, y: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        direction = g + group["weight_decay"] * y
        _move(y, self.state[y], direction, group["lr"], group["momentum"])


class ScheduleFreeAdamW(ScheduleFreeSGD):
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
        Optimizer.__init__(self, params, defaults)

    def _update(self, y: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[y]
        if not state:
            state.update(step=0, exp_avg_sq=torch.zeros_like(y))
        state["step"] += 1
        v, (beta1, beta2) = state["exp_avg_sq"], group["betas"]

        v.copy_(beta2 * v + (1 - beta2) * g**2)
        v_hat = v / (1 - beta2 ** state["step"])
        direction = g / (v_hat.sqrt() + group["eps"]) + group["weight_decay"] * y
        _move(y, state, direction, group["lr"], beta1)


def _move(
    y: torch.Tensor, state: dict[str, Any], direction: torch.Tensor, lr: float, beta: float
) -> None:
    """Move z against a direction and y between z and the average, whose share of z is c."""
    if "z" not in state:
        state.update(z=y.clone(), lr_max=0.0, weight_sum=0.0)
    state["lr_max"] = max(state["lr_max"], lr)
    state["weight_sum"] += state["lr_max"] ** 2
    c = state["lr_max"] ** 2 / state["weight_sum"] if state["weight_sum"] else 0.0

    z = state["z"]
    y.copy_((1 - c) * y + c * z - lr * (1 - beta * (1 - c)) * direction)
    z.sub_(lr * direction)
