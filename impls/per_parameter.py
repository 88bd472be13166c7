"""The part of a torch optimizer that doesn't depend on its formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT

Group = dict[str, Any]
State = dict[str, Any]


class PerParameterOptimizer(Optimizer, ABC):
    """Walks over the parameters; what a step is, a subclass says for one of them."""

    @abstractmethod
    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:
        """Fill the empty ``state`` of a parameter that is about to take its first step."""

    @abstractmethod
    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step of ``param``, in place; ``grad`` must stay as it is."""

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Make one step of every parameter that has a gradient; return the closure's loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None:
                    continue
                state = self.state[param]
                if not state:
                    self.init_state(state, group, param)
                self.step_param(state, group, param.grad, param)
        return loss


class AdaptiveOptimizer(PerParameterOptimizer):
    """Keeps a step counter and two moments, as Adam does.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    more
        Further defaults of the parameter groups.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        **more: float,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, **more})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start counter and moments at zero."""
        state["step"] = 0
        state["exp_avg"] = torch.zeros_like(param)
        state["exp_avg_sq"] = torch.zeros_like(param)
