"""A tutorial's Adam as a function on parameters with gradients, as printed and made to run.

The moments are Algorithm 1's. What is wrong: eps stands under the root, and one step counter
serves all layers and advances inside the loop over them. A third mistake, two empty lists that
are indexed, keeps the printed form from running at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

m: list[Any] = []
v: list[Any] = []


def adam_as_printed(
    params: Sequence[torch.Tensor],
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    is_first: bool = True,
) -> None:
    """Raise IndexError at the first layer: nothing was ever appended to ``m``."""
    for layer, param in enumerate(params):
        if is_first:
            m[layer] = 0
            v[layer] = 0
            step = 1
        m[layer] = betas[0] * m[layer] + (1 - betas[0]) * param.grad  # type: ignore[operator]
        v[layer] = betas[1] * v[layer] + (1 - betas[1]) * param.grad**2  # type: ignore[operator]
        m_hat = m[layer] / (1 - betas[0] ** step)
        v_hat = v[layer] / (1 - betas[1] ** step)
        param -= lr * m_hat / sqrt(v_hat + eps)  # type: ignore[name-defined]  # noqa: F821, PLW2901
        step += 1


_m: dict[int, Any] = {}
_v: dict[int, Any] = {}
_step = 1


@torch.no_grad()
def adam_repaired(
    params: Sequence[torch.Tensor],
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    is_first: bool = True,
) -> None:
    """Make one step, in place; repaired in no more than what kept it from running.

    Storage that grows replaces the lists, the counter outlives the call, ``sqrt`` is torch's, and
    no gradient is recorded. The state is the module's: one model at a time.
    """
    global _step  # noqa: PLW0603 - the printed form has module state
    for layer, param in enumerate(params):
        if is_first:
            _m[layer] = 0
            _v[layer] = 0
            _step = 1
        _m[layer] = betas[0] * _m[layer] + (1 - betas[0]) * param.grad  # type: ignore[operator]
        _v[layer] = betas[1] * _v[layer] + (1 - betas[1]) * param.grad**2  # type: ignore[operator]
        m_hat = _m[layer] / (1 - betas[0] ** _step)
        v_hat = _v[layer] / (1 - betas[1] ** _step)
        param -= lr * m_hat / torch.sqrt(v_hat + eps)  # noqa: PLW2901
        _step += 1
