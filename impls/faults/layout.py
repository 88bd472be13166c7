"""Optimizers that take memory for elements."""

from __future__ import annotations

from functools import partial
from typing import Final

import torch

from optimspec.impls.faults.around import AroundStep, Step, gradients, parameters

FUSED_ADAM: Final = partial(torch.optim.Adam, fused=True)
"""PyTorch's fused kernel, which walks memory."""

BLOCK: Final = 2**16
"""Elements up to which :class:`SkipsLarge` works; it stands for the 2^31 of a 32-bit size."""


class PairsByMemory(AroundStep):
    """Pairs each parameter element with the gradient at the same place in memory."""

    def around(self, step: Step) -> None:
        """Read gradients with the strides of the parameters."""
        with gradients(self, _as_it_lies):
            step()


def _as_it_lies(p: torch.Tensor, g: torch.Tensor | None) -> torch.Tensor | None:
    return g if g is None or not _dense(p) else g.as_strided(p.shape, p.stride())


class WritesBetween(AroundStep):
    """Writes the update of a view with gaps to the elements that follow its first in memory."""

    def around(self, step: Step) -> None:
        """Move the updates of such views."""
        views = {p: p.clone() for p in parameters(self) if not _dense(p)}
        step()
        for p, before in views.items():
            update = (p - before).reshape(-1)
            p.copy_(before)
            p.as_strided((p.numel(),), (1,)).add_(update)


class RefusesStrides(AroundStep):
    """Raises where a parameter and its gradient have different strides."""

    def around(self, step: Step) -> None:
        """Check them first."""
        for p in parameters(self):
            if p.grad is not None and p.grad.stride() != p.stride():
                raise RuntimeError("params and grads must have the same layout")
        step()


class SkipsLarge(AroundStep):
    """Leaves tensors of more than :data:`BLOCK` elements as they are."""

    def around(self, step: Step) -> None:
        """Hide their gradients."""
        with gradients(self, lambda p, g: g if p.numel() <= BLOCK else None):
            step()


class SkipsTail(AroundStep):
    """Updates whole vectors of eight elements; of larger tensors, the rest stays as it is."""

    def around(self, step: Step) -> None:
        """Undo what the step did to the rest."""
        large = [p for p in parameters(self) if p.numel() > 1024]
        tails = [(p, p.flatten()[p.numel() // 8 * 8 :].clone()) for p in large]
        step()
        for p, tail in tails:
            p.view(-1)[p.numel() // 8 * 8 :] = tail


def _dense(p: torch.Tensor) -> bool:
    """Whether the elements fill a piece of memory, in some order."""
    span = 1 + sum((n - 1) * stride for n, stride in zip(p.shape, p.stride(), strict=True))
    return p.numel() in (0, span)
