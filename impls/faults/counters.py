"""Step counters that serve the wrong parameters, or that cannot count."""

from __future__ import annotations

import torch

from optimspec.impls.faults.around import AroundStep, Step, active, count, parameters, set_count


class CountsPerGroup(AroundStep):
    """Steps every parameter with the number of steps of its group.

    A parameter that gets its first gradient late has no state to be found wrong in yet; it is
    miscounted from its second gradient on.
    """

    def around(self, step: Step) -> None:
        """Overwrite the parameters' own counters."""
        for group in self.param_groups:
            for p in active(group):
                set_count(self, p, group.get("steps", 0))
        step()
        for group in self.param_groups:
            group["steps"] = group.get("steps", 0) + bool(active(group))


class CountsLastActive(AroundStep):
    """Advances the counter of a group's last parameter with a gradient, and uses it for all."""

    def around(self, step: Step) -> None:
        """Lend the last counter to the others for the step."""
        own = {}
        for group in self.param_groups:
            present = active(group)
            for p in present[:-1]:
                own[p] = count(self, p)
                set_count(self, p, count(self, present[-1]))
        step()
        for p, steps in own.items():
            set_count(self, p, steps)


class CountsWithoutGradient(AroundStep):
    """Advances the counters of parameters that sit out the step."""

    def around(self, step: Step) -> None:
        """Count for those whose gradient is None, too."""
        step()
        for p in parameters(self):
            if p.grad is None:
                set_count(self, p, count(self, p) + 1)


class CountsInBfloat16(AroundStep):
    """Keeps step counters in bfloat16, where 256 + 1 is 256."""

    def around(self, step: Step) -> None:
        """Round the counters after every step."""
        step()
        for p in parameters(self):
            state = self.state.get(p)
            if state:
                state["step"] = p.new_tensor(count(self, p), dtype=torch.bfloat16)
