"""Optimizers that write to gradients, or hold on to them."""

from __future__ import annotations

import torch

from optimspec.impls.faults.around import AroundStep, Step, gradients, parameters
from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State


class DecaysGradients(AroundStep):
    """Adds the weight decay to the caller's gradients."""

    def around(self, step: Step) -> None:
        """Leave them decayed; the step itself is right, so that nothing else shows."""
        decayed = {}
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    decayed[p] = p.grad.add(p, alpha=group.get("weight_decay", 0.0))
        step()
        for p, gradient in decayed.items():
            p.grad.copy_(gradient)


class ClearsGradients(AroundStep):
    """Sets the gradients to None when it has used them."""

    def around(self, step: Step) -> None:
        """Clear them after the step."""
        step()
        for p in parameters(self):
            p.grad = None


class AliasingAdam(AdaptiveOptimizer):
    """Adds each gradient to the first moment a step late, and keeps the gradient itself till then.

    The step adds the current gradient to what is kept, so that it is Adam's as long as nobody
    writes to the last one.
    """

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start with a gradient of zeros to come."""
        state.update(step=0, late=torch.zeros_like(param), exp_avg_sq=torch.zeros_like(param))
        state.update(last=torch.zeros_like(param), weight=0.0)

    def step_param(
        self, state: State, group: Group, grad: torch.Tensor, param: torch.Tensor
    ) -> None:
        """Make one step."""
        state["step"] += 1
        beta1, beta2 = group["betas"]
        state["late"].add_(state["last"], alpha=state["weight"]).mul_(beta1)
        state["last"], state["weight"] = grad, 1 - beta1
        m_hat = (state["late"] + (1 - beta1) * grad) / (1 - beta1 ** state["step"])
        v = state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        v_hat = v / (1 - beta2 ** state["step"])
        param.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))


class NoneAsZeros(AroundStep):
    """Takes a gradient that is None for zeros: momentum and decay go on."""

    def around(self, step: Step) -> None:
        """Put zeros for the step."""
        with gradients(self, lambda p, g: torch.zeros_like(p) if g is None else g):
            step()


class ZerosAsNone(AroundStep):
    """Takes a gradient of zeros for None: momentum and decay stop."""

    def around(self, step: Step) -> None:
        """Hide such gradients for the step."""
        with gradients(self, lambda _, g: g if g is not None and g.any() else None):
            step()
