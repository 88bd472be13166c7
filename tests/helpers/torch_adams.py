"""Adams in torch, each of which breaks a clause of the optimizer's contract."""

from typing import Any

import torch

from optimspec.impls.naive_torch import NaiveAdam


class CountsForAll(NaiveAdam):
    """Takes the step number of all parameters from one counter."""

    def step(self, closure: Any = None) -> Any:
        self.__dict__["t"] = self.__dict__.get("t", 0) + 1
        return super().step(closure)

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        if self.state[theta]:
            self.state[theta]["step"] = self.__dict__["t"] - 1
        super()._update(theta, g, group)


class CountsInEveryState(CountsForAll):
    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        for state in self.state.values():
            state["step"] = self.__dict__["t"]
        return loss


class FirstGroupsSettings(NaiveAdam):
    """Takes everything but the learning rate from the first group."""

    def step(self, closure: Any = None) -> Any:
        for group in self.param_groups[1:]:
            group.update({n: self.param_groups[0][n] for n in ("betas", "eps")})
        return super().step(closure)


class NoEps(NaiveAdam):
    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        super()._update(theta, g, {**group, "eps": 0.0})


class OwnRate(NaiveAdam):
    """Steps with the learning rate of its construction."""

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        super()._update(theta, g, {**group, "lr": self.defaults["lr"]})


class RateAsBuilt(NaiveAdam):
    """Steps with the learning rate that each group had when it was added."""

    def add_param_group(self, param_group: Any) -> None:
        super().add_param_group(param_group)
        self.param_groups[-1]["built"] = float(self.param_groups[-1]["lr"])

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        super()._update(theta, g, {**group, "lr": group["built"]})


class CachesRate(NaiveAdam):
    """Keeps the learning rate that its first step saw."""

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        rate = self.__dict__.setdefault("rates", {}).setdefault(theta, group["lr"])
        super()._update(theta, g, {**group, "lr": rate})


class CountsOutsideState(NaiveAdam):
    """Counts steps where state_dict doesn't look."""

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        counts = self.__dict__.setdefault("counts", {})
        super()._update(theta, g, group) if theta not in counts else None
        if theta in counts:
            self.state[theta]["step"] = counts[theta]
            super()._update(theta, g, group)
        counts[theta] = self.state[theta].pop("step")
        self.state[theta]["step"] = 0


class WalksMemory(NaiveAdam):
    """Pairs elements as they lie in memory, like a kernel that ignores strides."""

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        flat = theta.as_strided((theta.numel(),), (1,))
        self.state[flat] = self.state[theta]
        super()._update(flat, g.as_strided((g.numel(),), (1,)), group)
        self.state[theta] = self.state.pop(flat)


class StepsACopy(NaiveAdam):
    """Steps a contiguous copy, which is the parameter only if that is contiguous."""

    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        copy = theta.contiguous()
        self.state[copy] = self.state[theta]
        super()._update(copy, g, group)
        self.state[theta] = self.state.pop(copy)


class NeedsElements(NaiveAdam):
    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        if theta.dim():
            super()._update(theta, g, group)


class Reshapes(NaiveAdam):
    def _update(self, theta: torch.Tensor, g: torch.Tensor, group: dict[str, Any]) -> None:
        super()._update(theta, g, group)
        theta.set_(theta.reshape(-1))  # type: ignore[call-overload]


class ClosureTwice(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        return super().step(closure) if closure is None else (closure(), super().step(closure))[1]


class ClosureTooLate(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        super().step()
        return closure and closure()


class LosesTheLoss(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        super().step(closure)


class ReturnsParameters(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        return self.param_groups if loss is None else loss
