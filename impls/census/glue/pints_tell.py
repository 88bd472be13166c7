"""Optimizers of PINTS, which are asked for a point and told the gradient there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pints
from numpy.typing import NDArray

Arrays = list[NDArray[Any]]


class _Told:
    """Made on the first parameters, as one vector. It copies a gradient, for it may be written."""

    kind: Any = None

    def __init__(self, lr: float) -> None:
        self._lr = lr
        self._optimizer: Any = None

    def update(self, params: Arrays, grads: Arrays) -> Arrays:
        """Give the parameters after one more step."""
        if self._optimizer is None:
            start = np.concatenate([array.ravel() for array in params])
            self._optimizer = self._made(start)
            self._optimizer.ask()
        self._optimizer.tell([(0.0, np.concatenate([array.ravel() for array in grads]))])
        after = self._optimizer.ask()[0]
        parts = np.split(after, np.cumsum([array.size for array in params])[:-1])
        return [x.reshape(array.shape) for x, array in zip(parts, params, strict=True)]

    def _made(self, start: NDArray[Any]) -> Any:  # noqa: ANN401
        return self.kind(start, sigma0=self._lr)


class GradientDescent(_Told):
    """pints.GradientDescent."""

    kind = pints.GradientDescent

    def __init__(self, lr: float = 0.1) -> None:
        super().__init__(lr)

    def _made(self, start: NDArray[Any]) -> Any:  # noqa: ANN401
        made = super()._made(start)
        made.set_learning_rate(self._lr)
        return made


class Adam(_Told):
    """pints.Adam, whose betas and eps are its own."""

    kind = pints.Adam

    def __init__(self, lr: float = 0.1) -> None:
        super().__init__(lr)


class IRPropMin(_Told):
    """pints.IRPropMin, whose factors are its own."""

    kind = pints.IRPropMin

    def __init__(self, lr: float = 0.1, step_sizes: tuple[float, float] = (1e-6, 50.0)) -> None:
        super().__init__(lr)
        self._step_sizes = step_sizes

    def _made(self, start: NDArray[Any]) -> Any:  # noqa: ANN401
        made = super()._made(start)
        made.set_hyper_parameters(self._step_sizes)
        return made
