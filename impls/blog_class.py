"""A tutorial's Adam as a torch optimizer, as printed and made to run.

Each moment is a product, beta (1 - beta) g, where the sum beta m + (1 - beta) g belongs: nothing
of earlier gradients is left. eps stands under the root. State is made in the default format and
on the default device, a missing gradient is not expected, and the closure is never called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT


class _PrintedAdam(Optimizer):
    """What the two forms share."""

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def _moments(self, param: torch.Tensor, group: dict[str, Any]) -> dict[str, Any]:
        """Replace the moments, and return the state."""
        beta1, beta2 = group["betas"]
        state: dict[str, Any] = self.state[param]
        if len(state) == 0:
            state["m"] = torch.zeros(param.shape)
            state["v"] = torch.zeros(param.shape)
            state["step"] = 1
        state["m"] = beta1 * (1 - beta1) * param.grad
        state["v"] = beta2 * (1 - beta2) * param.grad**2  # type: ignore[operator]
        return state


class AdamAsPrinted(_PrintedAdam):
    """Raises NameError at the first step: ``step`` is the name of no variable there."""

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Fail at the first bias correction."""
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for param in group["params"]:
                state = self._moments(param, group)
                m_hat = state["m"] / (1 - beta1**step)  # type: ignore[name-defined]  # noqa: F821
                v_hat = state["v"] / (1 - beta2**step)  # type: ignore[name-defined]  # noqa: F821
                param -= group["lr"] * m_hat / torch.sqrt(v_hat + group["eps"])  # noqa: PLW2901
                state["step"] += 1


class AdamRepaired(_PrintedAdam):
    """Runs: ``step`` is the counter that the state has; nothing else is repaired."""

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Make one step of every parameter."""
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for param in group["params"]:
                state = self._moments(param, group)
                m_hat = state["m"] / (1 - beta1 ** state["step"])
                v_hat = state["v"] / (1 - beta2 ** state["step"])
                param -= group["lr"] * m_hat / torch.sqrt(v_hat + group["eps"])  # noqa: PLW2901
                state["step"] += 1
