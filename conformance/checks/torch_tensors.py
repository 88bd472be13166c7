"""What clauses do to tensors, and how they compare them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import torch

from optimspec.conformance.protocol import Array


def leaves(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Copy tensors to leaves of the same strides that require a gradient."""
    return [tensor.detach().clone().requires_grad_() for tensor in tensors]


def step(
    optimizer: torch.optim.Optimizer,
    parameters: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor | None],
) -> None:
    """Make one step; the optimizer gets copies of the gradients."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else gradient.clone()
    optimizer.step()


def as_array(tensor: torch.Tensor) -> Array:
    """Copy a tensor into a float64 array, exactly."""
    return cast(Array, tensor.detach().to("cpu", torch.float64, copy=True).numpy())


def first_difference(
    got: torch.Tensor, expected: torch.Tensor, allowed: torch.Tensor | float = 0.0
) -> str:
    """Describe the first element by which ``got`` is not ``expected``, or "" if all agree.

    NaN agrees with nothing but NaN. The tensors may be on different devices.
    """
    wide, right = (each.detach().cpu().double() for each in (got, expected))
    allowed = allowed.cpu() if isinstance(allowed, torch.Tensor) else allowed
    agree = ((wide - right).abs() <= allowed) | (wide == right) | (wide.isnan() & right.isnan())
    if bool(agree.all()):
        return ""
    index = tuple((~agree).nonzero()[0].tolist())
    where = f"element {index}" if index else "its value"
    return (
        f"{int((~agree).sum())} of {agree.numel()} elements differ, first {where}: "
        f"{wide[index].item()!r} instead of {right[index].item()!r}"
    )


def snapshot(optimizer: torch.optim.Optimizer, parameter: torch.Tensor) -> object:
    """Copy the state of a parameter, without making any."""
    return copy.deepcopy(dict(optimizer.state.get(parameter, {})))


def same(one: object, other: object) -> bool:
    """Whether two pieces of state are equal; NaN equals itself, and zero its negative."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return one.shape == other.shape and not first_difference(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
