"""Optimizers that step torch tensors and are no subclasses of torch's, made to step arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from fastai import optimizer as fastai
from numpy.typing import NDArray

from optimspec.impls.census.glue.held import Library, over_holders

Array = NDArray[Any]


def _hold(array: Array) -> torch.Tensor:
    return torch.tensor(array, requires_grad=True)


def _give(tensor: torch.Tensor, gradient: Array | None) -> None:
    tensor.grad = None if gradient is None else torch.tensor(gradient)


def _value(tensor: torch.Tensor) -> Array:
    array: Array = tensor.detach().numpy()
    return array


torchopt = Library(
    "torchopt", lambda kind: over_holders(kind, _hold, give=_give, value=_value, given=list)
)


class Fastai:
    """An optimizer of fastai at work on copies of the parameters."""

    def __init__(self, make: Callable[..., Any], **settings: object) -> None:
        self._make = make
        self._settings = settings
        self._tensors: list[torch.Tensor] = []
        self._optimizer: Any = None

    def update(self, params: list[Array], grads: list[Array | None]) -> list[Array]:
        """Give the parameters after one more step."""
        if self._optimizer is None:
            self._tensors = [_hold(array) for array in params]
            self._optimizer = self._make(self._tensors, **self._settings)
        for tensor, gradient in zip(self._tensors, grads, strict=True):
            _give(tensor, gradient)
        self._optimizer.step()
        return [np.array(_value(tensor)) for tensor in self._tensors]


def fastai_sgd(lr: float = 0.01, momentum: float = 0.0, weight_decay: float = 0.0) -> Fastai:
    """fastai.optimizer.SGD."""
    return Fastai(fastai.SGD, lr=lr, mom=momentum, wd=weight_decay)


def fastai_rmsprop(
    lr: float = 0.01, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0.0
) -> Fastai:
    """fastai.optimizer.RMSProp."""
    return Fastai(fastai.RMSProp, lr=lr, sqr_mom=alpha, eps=eps, wd=weight_decay)


def fastai_adam(
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.99,
    eps: float = 1e-5,
    weight_decay: float = 0.01,
    *,
    decouple_wd: bool = True,
) -> Fastai:
    """fastai.optimizer.Adam."""
    return Fastai(
        fastai.Adam,
        lr=lr,
        mom=beta1,
        sqr_mom=beta2,
        eps=eps,
        wd=weight_decay,
        decouple_wd=decouple_wd,
    )


def fastai_radam(
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.99,
    eps: float = 1e-5,
    weight_decay: float = 0.0,
) -> Fastai:
    """fastai.optimizer.RAdam."""
    return Fastai(fastai.RAdam, lr=lr, mom=beta1, sqr_mom=beta2, eps=eps, wd=weight_decay)


def fastai_lamb(
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.99,
    eps: float = 1e-5,
    weight_decay: float = 0.0,
) -> Fastai:
    """fastai.optimizer.Lamb."""
    return Fastai(fastai.Lamb, lr=lr, mom=beta1, sqr_mom=beta2, eps=eps, wd=weight_decay)


def fastai_larc(
    lr: float = 0.001,
    momentum: float = 0.9,
    trust_coeff: float = 0.02,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    *,
    clip: bool = True,
) -> Fastai:
    """fastai.optimizer.Larc, which is LARS where it does not clip."""
    return Fastai(
        fastai.Larc,
        lr=lr,
        mom=momentum,
        trust_coeff=trust_coeff,
        eps=eps,
        wd=weight_decay,
        clip=clip,
    )
