"""Optimizers that step torch tensors and are no subclasses of torch's, made to step arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import torch
from fastai import optimizer as fastai
from numpy.typing import NDArray

from optimspec.impls.census.glue.held import Library, over_holders, renamed, theirs

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


def _fastai(make: Callable[..., Any], names: Mapping[str, str]) -> Callable[..., Fastai]:
    """Make a function of the library's arguments and defaults, under the names that we have.

    RAdam's ``beta``, which smooths where it becomes adaptive, keeps its default.
    """
    own = list(inspect.signature(make).parameters.values())[1:]

    def begin(**settings: object) -> Fastai:
        return Fastai(make, **theirs(settings, names))

    begin.__signature__ = inspect.Signature(renamed(own, names, ("beta",)))  # type: ignore[attr-defined]
    begin.__name__ = make.__name__
    return begin


_DECAY: Final = {"wd": "weight_decay"}
_MOMENTUM: Final = {**_DECAY, "mom": "momentum"}
_MOMENTS: Final = {**_DECAY, "mom": "beta1", "sqr_mom": "beta2"}

fastai_sgd = _fastai(fastai.SGD, _MOMENTUM)
fastai_rmsprop = _fastai(fastai.RMSProp, {**_MOMENTUM, "sqr_mom": "alpha"})
fastai_adam = _fastai(fastai.Adam, _MOMENTS)
fastai_radam = _fastai(fastai.RAdam, _MOMENTS)
fastai_lamb = _fastai(fastai.Lamb, _MOMENTS)
fastai_larc = _fastai(fastai.Larc, _MOMENTUM)
