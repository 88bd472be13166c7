"""Nesterov's momentum in the form that looks wrong: mu^2 and 1 + mu in place of the look-ahead.

It has been reported as momentum that is applied twice. The old buffer is used where others use
the new one, and the sum is the same.
"""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class _Nesterov(PerParameterOptimizer):
    """Keeps one buffer; a subclass says what a step is.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, momentum
        The step size alpha, and mu.
    """

    def __init__(self, params: ParamsT, lr: float = 1e-3, momentum: float = 0.9) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start the buffer at zero."""
        state["momentum_buffer"] = torch.zeros_like(param)


class ShiftedNesterov(_Nesterov):
    """The buffer holds gradients, as PyTorch's does: the same optimizer."""

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        kept, alpha, mu = state["momentum_buffer"], group["lr"], group["momentum"]
        param.sub_(alpha * (mu**2 * kept + (1 + mu) * grad))
        kept.mul_(mu).add_(grad)


class VelocityNesterov(_Nesterov):
    """The buffer holds the last step, as Keras's does: the same until the step size changes."""

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        kept, alpha, mu = state["momentum_buffer"], group["lr"], group["momentum"]
        param.add_(mu**2 * kept - (1 + mu) * alpha * grad)
        kept.mul_(mu).sub_(alpha * grad)
