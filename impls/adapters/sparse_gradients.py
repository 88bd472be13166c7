"""Optimizers that take sparse gradients only, such as torch.optim.SparseAdam.

They are given dense gradients as all others are; while such an optimizer steps, what is not zero in
them is what its sparse gradients store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from optimspec.impls.adapters.probing import PROBE
from optimspec.impls.adapters.tensors import CPU, to_parameters, to_tensor

Build = Callable[[list[torch.Tensor]], torch.optim.Optimizer]


def takes_sparse_alone(build: Build, device: str = CPU) -> bool:
    """Whether it refuses a dense gradient and steps with the same gradient in COO form."""
    if _steps(build, torch.Tensor.clone, device):
        return False
    return _steps(build, torch.Tensor.to_sparse, device)


def _steps(build: Build, form: Callable[[torch.Tensor], torch.Tensor], device: str) -> bool:
    try:
        (theta,) = to_parameters([PROBE], "float32", device)
        optimizer = build([theta])
        theta.grad = form(to_tensor(PROBE, "float32", device))
        optimizer.step()
    except (Exception, SystemExit):
        return False
    return True


def given_sparse(optimizer: torch.optim.Optimizer) -> torch.optim.Optimizer:
    """Let every step of ``optimizer`` find its gradients in COO form, and leave them dense."""
    optimizer.register_step_pre_hook(_to_sparse)
    optimizer.register_step_post_hook(_to_dense)
    return optimizer


def _gradients(optimizer: torch.optim.Optimizer) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter.grad is not None:
                yield parameter, parameter.grad


def _to_sparse(
    optimizer: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The hook before a step; a closure computes the gradients that the step uses."""

    def converting(closure: Callable[[], object]) -> Callable[[], object]:
        def converted() -> object:
            _to_dense(optimizer)
            loss = closure()
            _to_sparse(optimizer, (), {})
            return loss

        return converted

    for parameter, gradient in _gradients(optimizer):
        parameter.grad = gradient.to_sparse()
    wrapped = tuple(converting(each) if callable(each) else each for each in args)
    named = {key: converting(each) if callable(each) else each for key, each in kwargs.items()}
    return wrapped, named


def _to_dense(optimizer: torch.optim.Optimizer, *_: object) -> None:
    """The hook after a step."""
    for parameter, gradient in _gradients(optimizer):
        parameter.grad = gradient.to_dense()
