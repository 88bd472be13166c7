"""Optimizers that round more than their parameters' format makes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import torch

from optimspec.impls.faults.around import AroundStep, Step, moments, parameters, settings
from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State

NARROWER: Final[Mapping[torch.dtype, torch.dtype]] = {
    torch.float64: torch.float32,
    torch.float32: torch.bfloat16,
}
"""The format of about half the precision, where there is one."""


class NarrowMoments(AroundStep):
    """Keeps the moments in about half the precision of the parameters."""

    def around(self, step: Step) -> None:
        """Round them after every step."""
        step()
        for p in parameters(self):
            for moment in moments(self, p):
                moment.copy_(moment.to(NARROWER.get(p.dtype, p.dtype)))


class DecayInParameterFormat(AroundStep):
    """Rounds the factor 1 - lr * weight_decay to the format of the parameters."""

    def around(self, step: Step) -> None:
        """Use the decay that the rounded factor stands for."""
        with settings(self, _rounded_decay):
            step()


def _rounded_decay(group: Group) -> Group:
    rate, decay = float(group["lr"]), group["weight_decay"]
    if len({p.dtype for p in group["params"]}) != 1 or not rate:
        return {}
    factor = group["params"][0].new_tensor(1 - rate * decay)
    return {"weight_decay": (1 - factor.item()) / rate}


class ScalarsInParameterFormat(AdaptiveOptimizer):
    """Adam whose betas and bias corrections have the format of the parameters.

    In bfloat16, 0.999 is 1 and 1 - beta2^t is 0: the step size is multiplied by its root.
    """

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step in the efficient form with a matching eps, which alone is exact."""
        state["step"] += 1
        eps_hat = group["eps"] * math.sqrt(1 - group["betas"][1] ** state["step"])
        beta1, beta2 = param.new_tensor(group["betas"]).unbind()
        m = state["exp_avg"].mul_(beta1).add_(grad * (1 - beta1))
        v = state["exp_avg_sq"].mul_(beta2).add_(grad.square() * (1 - beta2))
        root = (1 - beta2 ** state["step"]).sqrt()
        step_size = group["lr"] * root / (1 - beta1 ** state["step"])
        param.sub_(step_size * m / (v.sqrt() + eps_hat))


class Float32Powers(AdaptiveOptimizer):
    """Adam that computes beta^t in float32; all else is done as well as the format can."""

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["step"] += 1
        beta1, beta2 = group["betas"]
        power1, power2 = self.powers(state, group, param)
        m = state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        v = state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        v_hat = v / (1 - power2)
        param.sub_(group["lr"] * (m / (1 - power1)) / (v_hat.sqrt() + group["eps"]))

    def powers(self, state: State, group: Group, param: torch.Tensor) -> list[float]:
        """beta1^t and beta2^t."""
        betas = torch.tensor(group["betas"], dtype=torch.float32, device=param.device)
        powers: list[float] = betas.pow(state["step"]).tolist()
        return powers


class IteratedPowers(Float32Powers):
    """Adam that multiplies beta^t up step by step, in float32."""

    def powers(self, state: State, group: Group, param: torch.Tensor) -> list[float]:
        """The last powers times the betas; numbers, which no load_state_dict casts."""
        kept = (state.get("powers", [1.0, 1.0]), group["betas"])
        last, betas = (torch.tensor(x, dtype=torch.float32, device=param.device) for x in kept)
        powers: list[float] = (last * betas).tolist()
        state["powers"] = powers
        return powers


class PowersByPosition(IteratedPowers):
    """Adam that multiplies beta^t up for its first parameter and computes it for the others."""

    def powers(self, state: State, group: Group, param: torch.Tensor) -> list[float]:
        """As the parameter's position wills."""
        if param is self.param_groups[0]["params"][0]:
            return super().powers(state, group, param)
        return Float32Powers.powers(self, state, group, param)


class DividesByRate(AdaptiveOptimizer):
    """Adam that divides the denominator by the step size, so as to have one division less."""

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step; a rate of zero and a moment of zero give 0 / 0."""
        state["step"] += 1
        beta1, beta2 = group["betas"]
        m = state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        v = state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        root = (v / (1 - beta2 ** state["step"])).sqrt()
        rate = -float(group["lr"]) / (1 - beta1 ** state["step"])
        step_size = torch.tensor(rate, dtype=torch.float64, device=param.device)
        param.addcdiv_(m, root / step_size + group["eps"] / step_size)
