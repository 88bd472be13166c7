"""Nesterov's momentum in the form that looks wrong: mu^2 and 1 + mu in place of the look-ahead.

It has been reported as momentum that is applied twice. The old buffer is used where others use
the new one, and the sum is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class _Nesterov(Optimizer):
    """Walks over the parameters; a subclass says what a step is.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, momentum
        The step size alpha, and mu.
    """

    def __init__(self, params: ParamsT, lr: float = 1e-3, momentum: float = 0.9) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Make one step of every parameter that has a gradient; return the closure's loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for theta in group["params"]:
                if theta.grad is not None:
                    kept = self.state[theta].setdefault("momentum_buffer", torch.zeros_like(theta))
                    self._update(theta, theta.grad, kept, group["lr"], group["momentum"])
        return loss

    def _update(
        self, theta: torch.Tensor, g: torch.Tensor, kept: torch.Tensor, alpha: float, mu: float
    ) -> None:
        raise NotImplementedError


class ShiftedNesterov(_Nesterov):
    """The buffer holds gradients, as PyTorch's does: the same optimizer."""

    def _update(
        self, theta: torch.Tensor, g: torch.Tensor, kept: torch.Tensor, alpha: float, mu: float
    ) -> None:
        theta.sub_(alpha * (mu**2 * kept + (1 + mu) * g))
        kept.mul_(mu).add_(g)


class VelocityNesterov(_Nesterov):
    """The buffer holds the last step, as Keras's does: the same until the step size changes."""

    def _update(
        self, theta: torch.Tensor, g: torch.Tensor, kept: torch.Tensor, alpha: float, mu: float
    ) -> None:
        theta.add_(mu**2 * kept - (1 + mu) * alpha * g)
        kept.mul_(mu).sub_(alpha * g)
