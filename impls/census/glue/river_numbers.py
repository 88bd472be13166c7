"""Optimizers of River, which step a dictionary of numbers in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from river import optim

Arrays = list[NDArray[Any]]


class _Rate(optim.base.Scheduler):  # type: ignore[misc]
    """The learning rate that the owner has at the time."""

    def __init__(self, owner: _Numbers) -> None:
        self._owner = owner

    def get(self, t: int) -> float:  # noqa: ARG002 - River asks for the rate of an iteration
        """Give the rate of any iteration."""
        return self._owner.lr


class _Numbers:
    """Gives every element of every array as one number. These are Python's: of 64 bits."""

    def __init__(self, make: Any, lr: float | None, **settings: float) -> None:  # noqa: ANN401
        if lr is not None:
            self.lr = lr
        self._optimizer = make(**settings) if lr is None else make(_Rate(self), **settings)

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Make one more step, in place."""
        if any(array.dtype != np.float64 for array in params):
            raise TypeError("numbers of 64 bits are stepped")
        weights = _numbers(params)
        self._optimizer.step(weights, _numbers(grads))
        for (i, j), weight in weights.items():
            params[i].flat[j] = weight


def _numbers(arrays: Arrays) -> dict[tuple[int, int], float]:
    return {
        (i, j): x
        for i, array in enumerate(arrays)
        if array is not None
        for j, x in enumerate(array.ravel().tolist())
    }


class SGD(_Numbers):
    """river.optim.SGD."""

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(optim.SGD, lr)


class Momentum(_Numbers):
    """river.optim.Momentum."""

    def __init__(self, lr: float = 0.1, momentum: float = 0.9) -> None:
        super().__init__(optim.Momentum, lr, rho=momentum)


class AdaGrad(_Numbers):
    """river.optim.AdaGrad."""

    def __init__(self, lr: float = 0.1, eps: float = 1e-8) -> None:
        super().__init__(optim.AdaGrad, lr, eps=eps)


class AdaDelta(_Numbers):
    """river.optim.AdaDelta, which has no learning rate."""

    def __init__(self, rho: float = 0.95, eps: float = 1e-8) -> None:
        super().__init__(optim.AdaDelta, None, rho=rho, eps=eps)


class RMSProp(_Numbers):
    """river.optim.RMSProp."""

    def __init__(self, lr: float = 0.1, alpha: float = 0.9, eps: float = 1e-8) -> None:
        super().__init__(optim.RMSProp, lr, rho=alpha, eps=eps)


class _Moments(_Numbers):
    """One of the family of Adam."""

    kind: Any = optim.Adam

    def __init__(
        self, lr: float = 0.1, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(self.kind, lr, beta_1=beta1, beta_2=beta2, eps=eps)


class Adam(_Moments):
    """river.optim.Adam."""


class AMSGrad(_Moments):
    """river.optim.AMSGrad."""

    kind = optim.AMSGrad


class AdaMax(_Moments):
    """river.optim.AdaMax."""

    kind = optim.AdaMax


class Nadam(_Moments):
    """river.optim.Nadam."""

    kind = optim.Nadam
