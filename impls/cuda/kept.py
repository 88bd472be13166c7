"""What the optimizers on the host and on a GPU have in common: settings, state and refusals."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import torch
from torch.optim.optimizer import ParamsT

from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars
from optimspec.impls.per_parameter import AdaptiveOptimizer, Group, State

SYMBOLS: Final = {torch.float32: "float32", torch.bfloat16: "bfloat16"}
"""What the functions of the libraries call the formats of parameters."""

MOMENTS: Final = ("exp_avg", "exp_avg_sq")


class KernelAdam(AdaptiveOptimizer):
    """Adam on memory: parameters in float32 or bfloat16, moments in float32 and contiguous.

    Parameters
    ----------
    params
        Tensors, or dicts of parameter groups.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    weight_decay
        How much of the parameter is added to its gradient, or, in AdamW, taken off itself.
    maximize
        Whether to follow the gradient upwards.
    """

    device_type: ClassVar[str]
    """Where parameters must be."""
    elsewhere: ClassVar[str]
    """What to do with parameters that are not there."""
    decoupled: ClassVar[bool] = False
    """Whether the decay is AdamW's."""

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay=weight_decay, maximize=maximize)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group; raises TypeError if one is complex, ValueError if one is elsewhere."""
        super().add_param_group(param_group)
        try:
            for param in self.param_groups[-1]["params"]:
                self._require_here(param)
        except ValueError:
            self.param_groups.pop()
            raise

    def require_dense(self) -> None:
        """Raise if a tensor is not what the kernels take; nothing has moved by then.

        Formats are refused here, at a step and as RuntimeError, as torch's own kernels do.
        """
        super().require_dense()
        for group in self.param_groups:
            for param in group["params"]:
                self._require_here(param)
                grad = param.grad
                if grad is not None:
                    self._require_fit(param)
                    _require_alike(grad, param)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a state; moments stay in float32, in which torch would not keep them."""
        super().load_state_dict(state_dict)
        ids = (i for group in state_dict["param_groups"] for i in group["params"])
        params = (param for group in self.param_groups for param in group["params"])
        for i, param in zip(ids, params, strict=True):
            if i in state_dict["state"]:
                self._take_over(self.state[param], state_dict["state"][i], param)

    def init_state(self, state: State, group: Group, param: torch.Tensor) -> None:  # noqa: ARG002
        """Start counter and moments at zero."""
        state["step"] = 0
        for name in MOMENTS:
            state[name] = torch.zeros(param.shape, dtype=torch.float32, device=param.device)

    def scalars(self, group: Group, t: int) -> AdamScalars:
        """The scalars of a group's step."""
        return adam_scalars(group, t, decoupled=self.decoupled)

    @staticmethod
    def _take_over(state: State, saved: State, param: torch.Tensor) -> None:
        state["step"] = int(saved["step"])
        for name in MOMENTS:
            moment = torch.empty(param.shape, dtype=torch.float32, device=param.device)
            state[name] = moment.copy_(saved[name])

    def _require_here(self, param: torch.Tensor) -> None:
        name = type(self).__name__
        if param.device.type != self.device_type:
            raise ValueError(
                f"Parameters of {name} must be on a {self.device_type.upper()} device; found one "
                f"on {param.device}. {self.elsewhere}"
            )

    def _require_fit(self, param: torch.Tensor) -> None:
        if param.dtype not in SYMBOLS or param.layout != torch.strided:
            raise RuntimeError(
                f"Parameters of {type(self).__name__} must be dense, in float32 or bfloat16; found "
                f"{param.dtype} with layout {param.layout}. Convert them."
            )


class AdamWSettings(KernelAdam):
    """AdamW's decay, and torch's default for it."""

    decoupled = True

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)


def _require_alike(grad: torch.Tensor, param: torch.Tensor) -> None:
    if (grad.dtype, grad.device, grad.layout) != (param.dtype, param.device, param.layout):
        raise RuntimeError(
            f"A gradient must have its parameter's dtype, device and layout, {param.dtype} on "
            f"{param.device}, {param.layout}; found {grad.dtype} on {grad.device}, {grad.layout}. "
            "Convert it."
        )


def packed(tensor: torch.Tensor) -> torch.Tensor:
    """Its values in memory one after the other: the tensor itself, or a copy."""
    if tensor.is_contiguous() and not tensor.is_neg():
        return tensor
    return tensor.detach().resolve_neg().contiguous()


def put_back(worked_on: torch.Tensor, tensor: torch.Tensor) -> None:
    """Take over what a kernel wrote to what :func:`packed` gave, and tell autograd."""
    if worked_on is not tensor:
        tensor.copy_(worked_on)
    elif tensor.requires_grad:  # of others, nobody keeps what they were
        torch.autograd.graph.increment_version(tensor)
