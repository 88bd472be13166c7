"""Shampoo as a torch optimizer, a line of code per line of its paper's Algorithm 1."""

from __future__ import annotations

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class Shampoo(PerParameterOptimizer):
    """Shampoo for matrices; its state and arithmetic have the format of the parameter.

    Parameters
    ----------
    params
        Tensors of two or more axes, of which the last two make the matrices; or dicts of parameter
        groups. Of float32 or float64: torch has no eigenvalues in less.
    lr, eps
        The step size, and the multiple of the identity that both sums start at.
    """

    def __init__(self, params: ParamsT, lr: float = 1.0, eps: float = 1e-4) -> None:
        super().__init__(params, {"lr": lr, "eps": eps})

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:
        """Start both sums at eps times the identity."""
        *batch, rows, columns = param.shape
        for key, size in (("precond_0", rows), ("precond_1", columns)):
            unit = torch.eye(size, dtype=param.dtype, device=param.device)
            state[key] = group["eps"] * unit.expand(*batch, size, size)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        left, right = state["precond_0"], state["precond_1"]
        left.add_(grad @ grad.mT)
        right.add_(grad.mT @ grad)
        update = _inverse_fourth_root(left) @ grad @ _inverse_fourth_root(right)
        param.sub_(group["lr"] * update)


def _inverse_fourth_root(matrix: torch.Tensor) -> torch.Tensor:
    if not matrix.isfinite().all():  # torch.linalg.eigh would raise
        return torch.full_like(matrix, torch.nan)
    values, vectors = torch.linalg.eigh(matrix)
    root: torch.Tensor = (vectors * values[..., None, :] ** -0.25) @ vectors.mT
    return root
