"""Adams in torch, each of which breaks one clause of the optimizer's contract and no other."""

import weakref
from copy import deepcopy
from types import MethodType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from optimspec.impls.naive_torch import NaiveAdam
from optimspec.impls.per_parameter import Group, PerParameterOptimizer, State


class CountsAbsences(NaiveAdam):
    """Writes into the state of parameters that have no gradient."""

    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        for param, state in self.state.items():
            state["absences"] = state.get("absences", 0) + (param.grad is None)
        return loss


class ForgetsWhatWasThere(NaiveAdam):
    """Begins everything afresh when a group is added."""

    def add_param_group(self, param_group: Group) -> None:
        super().add_param_group(param_group)
        self.state.clear()


class SetsInitialRate(NaiveAdam):
    """Writes where schedulers look for the learning rate that they begin with."""

    def add_param_group(self, param_group: Group) -> None:
        super().add_param_group(param_group)
        if not isinstance(self.param_groups[-1]["lr"], Tensor):
            self.param_groups[-1]["initial_lr"] = 1.0


class AnnealsEps(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        for group in self.param_groups:
            group["eps"] *= 1 - 2.0**-20
        return loss


class TakesAnySetting(NaiveAdam):
    def require_valid(self, settings: Group) -> None:
        pass


class PassesHooksBy(NaiveAdam):
    """Calls the step that its base class has not hung hooks onto."""

    def __init__(self, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999)) -> None:
        super().__init__(params, lr, betas)
        self.__dict__["step"] = MethodType(PerParameterOptimizer.step, self)


class NoStepAtNoRate(NaiveAdam):
    """Divides by a learning rate by which it has multiplied."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        before, rate = param.clone(), param.new_tensor(float(group["lr"]))
        super().step_param(state, group, grad, param)
        param.copy_(before + (param - before) / rate * rate)


class NegatesGradients(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, grad, param)
        if 0 not in grad.stride():
            grad.neg_()


class RemembersTensors(NaiveAdam):
    """Takes a gradient that is the same object as the last for the same gradient."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        last, copy = self.__dict__.setdefault("last", {}).get(param, (lambda: None, None))
        grad_or_old = copy if last() is grad else grad
        self.__dict__["last"][param] = (weakref.ref(grad), grad.clone())
        super().step_param(state, group, grad_or_old, param)


class NeverClears(NaiveAdam):
    def zero_grad(self, set_to_none: bool = True) -> None:
        super().zero_grad(set_to_none=False)


class KeepsTheLastBackward(NaiveAdam):
    """Subtracts from a gradient what it was before a backward pass."""

    def add_param_group(self, param_group: Group) -> None:
        super().add_param_group(param_group)
        before: dict[Tensor, Tensor] = {}

        def subtract(param: Tensor) -> None:
            whole = param.grad.clone()
            param.grad.sub_(before.get(param, 0))
            before[param] = whole

        for param in self.param_groups[-1]["params"]:
            if param.requires_grad:
                param.register_post_accumulate_grad_hook(subtract)


class HoldsGradients(NaiveAdam):
    """Keeps what has the memory of the gradients, and not the gradients themselves."""

    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        every = (p for group in self.param_groups for p in group["params"])
        self.__dict__["gradients"] = [p.grad.detach() for p in every if p.grad is not None]
        return loss


class LeavesFrozenOut(NaiveAdam):
    """Keeps the parameters that required a gradient when they were given."""

    def add_param_group(self, param_group: Group) -> None:
        trained = [param for param in param_group["params"] if param.requires_grad]
        super().add_param_group({**param_group, "params": trained})


class SquaresComplexNumbers(NaiveAdam):
    def require_real(self, group: Group) -> None:
        pass


class TakesTheLastOfTwo(NaiveAdam):
    """Writes what a sparse gradient stores to its place, and does not add it."""

    def require_dense(self) -> None:
        pass

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        if grad.is_sparse:
            dense = torch.zeros_like(param)
            dense[tuple(grad._indices())] = grad._values()
            grad = dense
        super().step_param(state, group, grad, param)


class SkipsWhatIsNotFinite(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        if grad.isfinite().all():
            super().step_param(state, group, grad, param)


class RoundsTheFirstOtherwise(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, grad, param)
        if param is group["params"][0]:
            param.mul_(1 + torch.finfo(param.dtype).eps)


class CountsInBfloat16(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        state["step"] = int(state["step"])
        super().step_param(state, group, grad, param)
        state["step"] = param.new_tensor(state["step"], dtype=torch.bfloat16)


class DecaysByAFloat32Count(NaiveAdam):
    def init_state(self, state: State, group: Group, param: Tensor) -> None:
        super().init_state(state, group, param)
        state["step"] = torch.zeros((), dtype=torch.float32, device=param.device)

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        rate = group["lr"] / (1 + 2.0**-24 * state["step"].item())
        super().step_param(state, {**group, "lr": rate}, grad, param)


class CopiesNoState(NaiveAdam):
    def __deepcopy__(self, memo: Any) -> Any:
        return type(self)(deepcopy(self.param_groups, memo))


class HasALocalFunction(NaiveAdam):
    def __init__(self, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999)) -> None:
        super().__init__(params, lr, betas)
        self.defaults["schedule"] = lambda: 1.0


class CountsInNumPy(NaiveAdam):
    def init_state(self, state: State, group: Group, param: Tensor) -> None:
        super().init_state(state, group, param)
        state["step"] = np.float64(0)


class PairsWhatIsTurned(NaiveAdam):
    """Reads a gradient that fills its memory as if it were contiguous."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        if 0 not in grad.stride() and param.is_contiguous():
            grad = grad.as_strided(param.shape, param.stride())
        super().step_param(state, group, grad, param)


class ReadsPastTheFirst(NaiveAdam):
    """Reads a gradient that was expanded as if it had elements."""

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        if 0 in grad.stride() and grad.numel() > 1:
            grad = grad.as_strided(param.shape, param.stride())
        super().step_param(state, group, grad, param)


class LargerEpsInLists(NaiveAdam):
    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: float = 1e-8,
        foreach: Any = None,
    ) -> None:
        super().__init__(params, lr, betas, eps, foreach=foreach)

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        eps = 2 * group["eps"] if group["foreach"] else group["eps"]
        super().step_param(state, {**group, "eps": eps}, grad, param)


class RoundsEverySecondOtherwise(NaiveAdam):
    """Is one rounding off where it is large and an even number of others was built."""

    built = 0

    def __init__(self, params: Any, lr: float = 1e-3, betas: Any = (0.9, 0.999)) -> None:
        super().__init__(params, lr, betas)
        type(self).built += 1
        self.defaults["second"] = self.built % 2

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, grad, param)
        if self.defaults["second"] and param.numel() > 2**16:
            param.mul_(1 + torch.finfo(param.dtype).eps)


class KeepsTheNarrowest(NaiveAdam):
    """Keeps the moments of all parameters in the narrowest of their formats."""

    def init_state(self, state: State, group: Group, param: Tensor) -> None:
        super().init_state(state, group, param)
        every = [p.dtype for each in self.param_groups for p in each["params"]]
        narrow = max(every, key=lambda dtype: torch.finfo(dtype).eps)
        for name in ("exp_avg", "exp_avg_sq"):
            state[name] = state[name].to(narrow)


class RateInDefaultDtype(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        rate = torch.tensor(float(group["lr"]), device=param.device)
        super().step_param(state, {**group, "lr": rate}, grad, param)


class StateOnDefaultDevice(NaiveAdam):
    def init_state(self, state: State, group: Group, param: Tensor) -> None:
        state["step"] = 0
        state["exp_avg"] = torch.zeros(param.shape, dtype=param.dtype)
        state["exp_avg_sq"] = torch.zeros(param.shape, dtype=param.dtype)


class ScalarOnDefaultDevice(NaiveAdam):
    def init_state(self, state: State, group: Group, param: Tensor) -> None:
        super().init_state(state, group, param)
        state["trust"] = torch.ones((), dtype=param.dtype)

    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        super().step_param(state, group, state["trust"] * grad, param)


class EnablesGradients(NaiveAdam):
    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        torch.set_grad_enabled(True)
        return loss


class DrawsNumbers(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        torch.rand(())
        super().step_param(state, group, grad, param)


class LargerEpsCompiled(NaiveAdam):
    def step_param(self, state: State, group: Group, grad: Tensor, param: Tensor) -> None:
        eps = 2 * group["eps"] if torch.compiler.is_compiling() else group["eps"]
        super().step_param(state, {**group, "eps": eps}, grad, param)
