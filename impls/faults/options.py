"""Optimizers that accept an option and drop it."""

from __future__ import annotations

from optimspec.impls.faults.around import AroundStep, Step, settings


class DropsAmsgrad(AroundStep):
    """Accepts ``amsgrad`` and never looks at it."""

    def around(self, step: Step) -> None:
        """Step without it."""
        with settings(self, lambda _: {"amsgrad": False}):
            step()


class DropsMaximize(AroundStep):
    """Accepts ``maximize`` and never looks at it."""

    def around(self, step: Step) -> None:
        """Step without it."""
        with settings(self, lambda _: {"maximize": False}):
            step()


class DropsWeightDecay(AroundStep):
    """Accepts ``weight_decay`` and never looks at it."""

    def around(self, step: Step) -> None:
        """Step without it."""
        with settings(self, lambda _: {"weight_decay": 0.0}):
            step()
