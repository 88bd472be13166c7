"""Optimizers of numpy-ml, which step one array by its name."""

from __future__ import annotations

import collections
from collections.abc import Hashable
from typing import Any

from numpy.typing import NDArray

# numpy-ml imports a name that Python 3.10 has taken away
collections.Hashable = Hashable  # type: ignore[attr-defined]

from numpy_ml.neural_nets import optimizers  # noqa: E402

Arrays = list[NDArray[Any]]


class _Named:
    """Steps each array by itself, under a name."""

    def __init__(self, make: Any, lr: float, **settings: float) -> None:  # noqa: ANN401
        self.lr = lr
        self._optimizer = make(lr=lr, **settings)

    def update(self, params: Arrays, grads: Arrays) -> Arrays:
        """Give the parameters after one more step."""
        self._optimizer.lr_scheduler.lr = self.lr
        self._optimizer.step()
        return [
            array if grad is None else self._optimizer.update(array, grad, str(i))
            for i, (array, grad) in enumerate(zip(params, grads, strict=True))
        ]


class SGD(_Named):
    """numpy_ml.neural_nets.optimizers.SGD."""

    def __init__(self, lr: float = 0.01, momentum: float = 0.0) -> None:
        super().__init__(optimizers.SGD, lr, momentum=momentum)


class AdaGrad(_Named):
    """numpy_ml.neural_nets.optimizers.AdaGrad."""

    def __init__(self, lr: float = 0.01, eps: float = 1e-7) -> None:
        super().__init__(optimizers.AdaGrad, lr, eps=eps)


class RMSProp(_Named):
    """numpy_ml.neural_nets.optimizers.RMSProp."""

    def __init__(self, lr: float = 0.001, alpha: float = 0.9, eps: float = 1e-7) -> None:
        super().__init__(optimizers.RMSProp, lr, decay=alpha, eps=eps)


class Adam(_Named):
    """numpy_ml.neural_nets.optimizers.Adam."""

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-7
    ) -> None:
        super().__init__(optimizers.Adam, lr, decay1=beta1, decay2=beta2, eps=eps)
