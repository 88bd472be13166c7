"""Optimizers that do not come back from a checkpoint as they were."""

from __future__ import annotations

from typing import Any

from torch.optim.optimizer import Optimizer

from optimspec.impls.faults.around import count, moments, parameters, set_count
from optimspec.impls.per_parameter import Group


class LosesStep(Optimizer):
    """Resumes with the moments, and counts from zero again."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load, and forget the counters."""
        super().load_state_dict(state_dict)
        for p in parameters(self):
            set_count(self, p, 0)


class LosesMoments(Optimizer):
    """Resumes with the counters, and with moments of zero."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load, and forget the moments."""
        super().load_state_dict(state_dict)
        for p in parameters(self):
            for moment in moments(self, p):
                moment.zero_()


class LosesState(Optimizer):
    """Saves the settings of its groups alone, and so resumes as if it were new."""

    def state_dict(self) -> dict[str, Any]:
        """Leave out the state."""
        return {**super().state_dict(), "state": {}}


class LosesRate(Optimizer):
    """Resumes with the learning rate it was built with."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load all but the learning rate."""
        rates = [group["lr"] for group in self.param_groups]
        super().load_state_dict(state_dict)
        for group, rate in zip(self.param_groups, rates, strict=True):
            group["lr"] = rate


class EmptyGroupLosesStep(Optimizer):
    """Counts by group, where an empty one never counts, and resumes all with the last's count."""

    def state_dict(self) -> dict[str, Any]:
        """Save the counter of every group beside the rest."""
        saved: dict[str, Any] = super().state_dict()
        for written, group in zip(saved["param_groups"], self.param_groups, strict=True):
            written["steps"] = self._steps(group)
        return saved

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the steps of the last group for everybody's, unless it is the only one."""
        super().load_state_dict(state_dict)
        if any(not group["params"] for group in self.param_groups):
            for p in parameters(self):
                set_count(self, p, self.param_groups[-1]["steps"])

    def _steps(self, group: Group) -> float:
        return max((count(self, p) for p in group["params"]), default=0)
