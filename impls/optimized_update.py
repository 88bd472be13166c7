"""Adam in labml's shape: the bias correction moved from the moments into the step size.

A generic optimizer steps one parameter at a time, weight decay is an object of its own, and
``optimized_update`` chooses between the two forms of the update. They are two algorithms, not
one: the efficient form equals Algorithm 1 only if its constant is sqrt(1 - beta2^t) eps, and here
it is eps. See https://nn.labml.ai/optimizers/adam.html and, for the efficient form, the end of
section 2 of arXiv:1412.6980v9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State


@dataclass(frozen=True, slots=True)
class WeightDecay:
    """Pulls a parameter towards zero.

    Parameters
    ----------
    coefficient
        The default of the group's ``weight_decay``.
    decoupled
        Whether the parameter itself shrinks, as in AdamW, or the gradient grows, as with an L2
        penalty.
    absolute
        Whether the decoupled decay is independent of the learning rate.
    """

    coefficient: float = 0.0
    decoupled: bool = True
    absolute: bool = False

    def __call__(self, param: torch.Tensor, grad: torch.Tensor, group: Group) -> torch.Tensor:
        """Shrink ``param`` in place, or not, and return the gradient to use."""
        decay = group["weight_decay"]
        if not self.decoupled:
            return grad.add(param, alpha=decay)
        param.mul_(1 - (decay if self.absolute else group["lr"] * decay))
        return grad


class Adam(AdaptiveOptimizer):
    """Adam, in the efficient form of the update or in that of Algorithm 1.

    Parameters
    ----------
    params, lr, betas
        As in Algorithm 1.
    eps
        The constant eps-hat if ``optimized_update``, else epsilon. The default is labml's.
    weight_decay
        How parameters decay; by default, not at all.
    optimized_update
        Whether eps is added to sqrt(v) rather than to sqrt(v_hat).
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-16,
        weight_decay: WeightDecay = WeightDecay(),
        optimized_update: bool = True,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay=weight_decay.coefficient)
        self.weight_decay = weight_decay
        self.optimized_update = optimized_update

    def __getstate__(self) -> dict[str, Any]:
        """What copies have: of an optimizer's attributes, torch knows its own alone."""
        own = {"weight_decay": self.weight_decay, "optimized_update": self.optimized_update}
        return {**super().__getstate__(), **own}

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Decay the weights, update the moments, move the parameter."""
        grad = self.weight_decay(param, grad, group)
        beta1, beta2 = group["betas"]
        state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        state["step"] += 1
        self._move(param, state, group)

    def _move(self, param: torch.Tensor, state: State, group: Group) -> None:
        beta1, beta2 = group["betas"]
        correction1 = 1 - beta1 ** state["step"]
        correction2 = 1 - beta2 ** state["step"]
        root = state["exp_avg_sq"].sqrt()
        if self.optimized_update:
            step_size = group["lr"] * math.sqrt(correction2) / correction1
            denominator = root.add_(group["eps"])
        else:
            step_size = group["lr"] / correction1
            denominator = root.div_(math.sqrt(correction2)).add_(group["eps"])
        param.addcdiv_(state["exp_avg"], denominator, value=-step_size)
