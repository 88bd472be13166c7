"""The part of a torch optimizer that doesn't depend on its formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.optim.optimizer import Optimizer, ParamsT

Group = dict[str, Any]
State = dict[str, Any]


class PerParameterOptimizer(Optimizer, ABC):
    """Walks over the parameters; what a step is, a subclass says for one of them.

    Settings must not be negative, betas must be below 1, parameters real and gradients dense.
    """

    def __init__(self, params: ParamsT, defaults: Group) -> None:
        self.require_valid(defaults)
        super().__init__(params, defaults)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group of real parameters; raises TypeError if one is complex."""
        super().add_param_group(param_group)
        self.require_real(self.param_groups[-1])

    def require_valid(self, settings: Group) -> None:
        """Raise ValueError if a number is negative or NaN, or a beta is 1 or more."""
        for name, value in settings.items():
            numbers = value if isinstance(value, tuple | list) else (value,)
            for number in numbers:
                if number is not None and (not number >= 0 or (name == "betas" and number >= 1)):
                    limit = "in [0, 1)" if name == "betas" else "at least 0"
                    raise ValueError(f"{name} must be {limit}; found {number!r}.")

    def require_real(self, group: Group) -> None:
        """Raise TypeError if a parameter is complex."""
        if any(param.is_complex() for param in group["params"]):
            raise TypeError(
                f"Parameters of {type(self).__name__} must be real; found a complex one. Give "
                "torch.view_as_real of it."
            )

    def require_dense(self) -> None:
        """Raise TypeError if a gradient is sparse, before any parameter has moved."""
        every = [param.grad for group in self.param_groups for param in group["params"]]
        if any(grad is not None and grad.is_sparse for grad in every):
            raise TypeError(
                f"Gradients of {type(self).__name__} must be dense; found a sparse one. Build "
                "embeddings with sparse=False."
            )

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
        self.require_dense()
        for group in self.param_groups:
            self.step_group(group)
        return loss

    def step_group(self, group: Group) -> None:
        """Make one step of every parameter of a group that has a gradient."""
        for param, state in self.due(group):
            self.step_param(state, group, param.grad, param)

    def due(self, group: Group) -> Iterator[tuple[Any, State]]:
        """The parameters of a group that have a gradient, each with its state, which is filled."""
        for param in group["params"]:
            if param.grad is None:
                continue
            state = self.state[param]
            if not state:
                self.init_state(state, group, param)
            yield param, state


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
