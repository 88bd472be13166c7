"""Optimizers that step arrays or numbers by calls of other shapes than the NumPy adapter takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pennylane import numpy as pennylane_numpy
from pennylane import optimize as pennylane
from thinc import optimizers as thinc
from thinc.schedules import Schedule

Arrays = list[NDArray[Any]]


class _Thinc:
    """Steps each array by itself, scalars as vectors; the learning rate is a schedule of ``lr``."""

    def __init__(self, make: Any, lr: float, **settings: Any) -> None:  # noqa: ANN401
        self.lr = lr
        self._optimizer = make(Schedule("lr", lambda *_, **__: self.lr), **settings)

    def update(self, params: Arrays, grads: Arrays) -> Arrays:
        """Give the parameters after one more step."""
        after = [
            array if grad is None else self._after((i, "W"), array, grad)
            for i, (array, grad) in enumerate(zip(params, grads, strict=True))
        ]
        self._optimizer.step_schedules()
        return after

    def _after(self, key: tuple[int, str], array: NDArray[Any], grad: NDArray[Any]) -> NDArray[Any]:
        stepped, _ = self._optimizer(key, np.atleast_1d(array), np.atleast_1d(grad))
        return np.asarray(stepped).reshape(array.shape)


class ThincSGD(_Thinc):
    """thinc.optimizers.SGD without clipping."""

    def __init__(self, lr: float = 0.001, L2: float = 0.0) -> None:  # noqa: N803
        super().__init__(thinc.SGD, lr, L2=L2, grad_clip=0.0)


class ThincAdam(_Thinc):
    """thinc.optimizers.Adam without clipping."""

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(thinc.Adam, lr, beta1=beta1, beta2=beta2, eps=eps, grad_clip=0.0)


class ThincRAdam(_Thinc):
    """thinc.optimizers.RAdam without clipping."""

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(thinc.RAdam, lr, beta1=beta1, beta2=beta2, eps=eps, grad_clip=0.0)


class _PennyLane:
    """Steps all arrays at once, given a function that returns their gradients."""

    def __init__(self, make: Any, lr: float, *settings: float) -> None:  # noqa: ANN401
        self.lr = lr
        self._optimizer = make(lr, *settings)

    def update(self, params: Arrays, grads: Arrays) -> Arrays:
        """Give the parameters after one more step."""
        self._optimizer.stepsize = self.lr
        given = [pennylane_numpy.array(array, requires_grad=True) for array in params]
        if len(params) == 1:
            return [np.asarray(self._optimizer.step(None, *given, grad_fn=lambda _: grads[0]))]
        after = self._optimizer.step(None, *given, grad_fn=lambda *_: tuple(grads))
        return [np.asarray(array) for array in after]


class PennyLaneGradientDescent(_PennyLane):
    """pennylane.GradientDescentOptimizer."""

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(pennylane.GradientDescentOptimizer, lr)


class PennyLaneMomentum(_PennyLane):
    """pennylane.MomentumOptimizer."""

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(pennylane.MomentumOptimizer, lr, momentum)


class PennyLaneAdagrad(_PennyLane):
    """pennylane.AdagradOptimizer."""

    def __init__(self, lr: float = 0.01, eps: float = 1e-8) -> None:
        super().__init__(pennylane.AdagradOptimizer, lr, eps)


class PennyLaneRMSProp(_PennyLane):
    """pennylane.RMSPropOptimizer."""

    def __init__(self, lr: float = 0.01, alpha: float = 0.9, eps: float = 1e-8) -> None:
        super().__init__(pennylane.RMSPropOptimizer, lr, alpha, eps)


class PennyLaneAdam(_PennyLane):
    """pennylane.AdamOptimizer."""

    def __init__(
        self, lr: float = 0.01, beta1: float = 0.9, beta2: float = 0.99, eps: float = 1e-8
    ) -> None:
        super().__init__(pennylane.AdamOptimizer, lr, beta1, beta2, eps)
