"""What faults are planted with: code around an optimizer's own step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.optim.optimizer import Optimizer

from optimspec.impls.per_parameter import Group

Step = Callable[[], object]


class AroundStep(Optimizer):
    """A mixin that does something around the step of the optimizer it stands before."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Evaluate the closure as every optimizer must, then make the faulty step."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        with torch.no_grad():
            self.around(super().step)
        return loss

    def around(self, step: Step) -> None:
        """Call ``step``, and do the wrong thing before or after it."""
        raise NotImplementedError


def parameters(optimizer: Optimizer) -> list[torch.Tensor]:
    """Every parameter, group by group."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def active(group: Group) -> list[torch.Tensor]:
    """The parameters of a group that have a gradient."""
    return [p for p in group["params"] if p.grad is not None]


@contextmanager
def gradients(
    optimizer: Optimizer,
    change: Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor | None],
) -> Iterator[None]:
    """Give every parameter the gradient that ``change`` makes of it and its own, for a while."""
    kept = [(p, p.grad) for p in parameters(optimizer)]
    for p, gradient in kept:
        p.grad = change(p, gradient)
    try:
        yield
    finally:
        for p, gradient in kept:
            p.grad = gradient


@contextmanager
def settings(optimizer: Optimizer, change: Callable[[Group], Group]) -> Iterator[None]:
    """Give every group the settings that ``change`` makes of its own, for a while."""
    kept = [dict(group) for group in optimizer.param_groups]
    for group in optimizer.param_groups:
        group.update(change(group))
    try:
        yield
    finally:
        for group, own in zip(optimizer.param_groups, kept, strict=True):
            group.update(own)


def count(optimizer: Optimizer, parameter: torch.Tensor) -> float:
    """The number of steps of a parameter by its state; 0 if it has none."""
    return float(optimizer.state.get(parameter, {}).get("step", 0))


def set_count(optimizer: Optimizer, parameter: torch.Tensor, steps: float) -> None:
    """Set the step counter of a parameter that has state."""
    state = optimizer.state.get(parameter)
    if state:
        old = state["step"]
        state["step"] = torch.full_like(old, steps) if isinstance(old, torch.Tensor) else int(steps)


def moments(optimizer: Optimizer, parameter: torch.Tensor) -> list[torch.Tensor]:
    """The tensors of a parameter's state that have its shape."""
    return [
        x
        for key, x in optimizer.state.get(parameter, {}).items()
        if key != "step" and isinstance(x, torch.Tensor) and x.shape == parameter.shape
    ]
