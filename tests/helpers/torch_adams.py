"""Adams in torch, each of which breaks a clause of the optimizer's contract."""

from typing import Any

from torch import Tensor

from optimspec.impls.naive_torch import NaiveAdam
from optimspec.impls.per_parameter import Group, State


class CountsForAll(NaiveAdam):
    """Takes the step number of all parameters from one counter."""

    def step(self, closure: Any = None) -> Any:
        self.__dict__["t"] = self.__dict__.get("t", 0) + 1
        return super().step(closure)

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        state["step"] = self.__dict__["t"] - 1 if state["step"] else 0
        super().step_param(state, group, grad, param)


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
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, {**group, "eps": 0.0}, grad, param)


class OwnRate(NaiveAdam):
    """Steps with the learning rate of its construction."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, {**group, "lr": self.defaults["lr"]}, grad, param)


class RateAsBuilt(NaiveAdam):
    """Steps with the learning rate that each group had when it was added."""

    def add_param_group(self, param_group: Any) -> None:
        super().add_param_group(param_group)
        self.param_groups[-1]["built"] = float(self.param_groups[-1]["lr"])

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, {**group, "lr": group["built"]}, grad, param)


class TensorRateInBfloat16(NaiveAdam):
    """Rounds a learning rate that is a tensor to bfloat16."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        rate = group["lr"].bfloat16() if isinstance(group["lr"], Tensor) else group["lr"]
        super().step_param(state, {**group, "lr": rate}, grad, param)


class CachesRate(NaiveAdam):
    """Keeps the learning rate that its first step saw."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        rate = self.__dict__.setdefault("rates", {}).setdefault(param, group["lr"])
        super().step_param(state, {**group, "lr": rate}, grad, param)


class CountsOutsideState(NaiveAdam):
    """Counts steps where state_dict doesn't look."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        counts = self.__dict__.setdefault("counts", {})
        state["step"] = counts.get(param, 0)
        super().step_param(state, group, grad, param)
        counts[param], state["step"] = state["step"], 0


class WalksMemory(NaiveAdam):
    """Pairs elements as they lie in memory, like a kernel that ignores strides."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        flat = {name: _in_memory(kept) for name, kept in state.items() if name != "step"}
        super().step_param(state | flat, group, _in_memory(grad), _in_memory(param))
        state["step"] += 1


def _in_memory(tensor: Tensor) -> Tensor:
    """The elements in the order in which they lie."""
    return tensor.as_strided((tensor.numel(),), (1,))


class StepsACopy(NaiveAdam):
    """Steps a contiguous copy, which is the parameter only if that is contiguous."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, grad, param.contiguous())


class NeedsElements(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        if param.dim():
            super().step_param(state, group, grad, param)


class Reshapes(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, grad, param)
        param.set_(param.reshape(-1))  # type: ignore[call-overload]


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
