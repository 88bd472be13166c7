"""Optimizers that take parameter groups, closures and scalers for something else."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch.optim.optimizer import Optimizer

from optimspec.impls.faults.around import AroundStep, Step, settings
from optimspec.impls.per_parameter import Group


class FirstGroupsRate(AroundStep):
    """Steps every group with the learning rate of the first."""

    def around(self, step: Step) -> None:
        """Put it in all groups for the step."""
        rate = self.param_groups[0]["lr"]
        with settings(self, lambda _: {"lr": rate}):
            step()


class LosesDefaults(Optimizer):
    """Fills groups that set anything from the class's defaults, not from the constructor's."""

    def add_param_group(self, param_group: Group) -> None:
        """Add a group; one that sets nothing is treated rightly."""
        given = param_group.keys() - {"params"}
        own = {
            name: parameter.default
            for name, parameter in inspect.signature(type(self)).parameters.items()
            if name in self.defaults and given
        }
        super().add_param_group({**own, **param_group})


class UpdatesTwice(Optimizer):
    """Takes a parameter that is listed twice in a group for two, without a word."""

    def add_param_group(self, param_group: Group) -> None:
        """Add the group, and then the duplicates."""
        listed = list(param_group["params"])
        super().add_param_group({**param_group, "params": list(dict.fromkeys(listed))})
        self.param_groups[-1]["params"] = listed


class DecaysFrozen(AroundStep):
    """Decays the weights of parameters that are frozen."""

    def around(self, step: Step) -> None:
        """Shrink them as decoupled decay would."""
        step()
        for group in self.param_groups:
            for p in group["params"]:
                if not p.requires_grad:
                    p.mul_(1 - group["lr"] * group["weight_decay"])


class AliasesRate(Optimizer):
    """Lets ``initial_lr`` of a group be the tensor that is its learning rate, not a copy."""

    def add_param_group(self, param_group: Group) -> None:
        """Add the group as a scheduler is about to find it."""
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        if isinstance(group["lr"], torch.Tensor):
            group["initial_lr"] = group["lr"]


class IgnoresFoundInf(Optimizer):
    """Says that it handles scaled gradients itself, and does not look at ``found_inf``."""

    _step_supports_amp_scaling = True


class IgnoresClosure(Optimizer):
    """Steps with the gradients that are there; a closure is not called."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401, ARG002
        """Make a step."""
        return super().step()


class ClosureWithoutGrad(Optimizer):
    """Calls the closure where gradients are disabled, so that it cannot run backward."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # noqa: ANN401
        """Make a step."""
        with torch.no_grad():
            loss = closure() if closure is not None else None
        super().step()
        return loss
