"""SGD with momentum in NumPy, a line of code per line of the algorithm of torch.optim.SGD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.floating[Any]]


class NaiveSGD:
    """SGD, updating the given arrays in place.

    Parameters
    ----------
    parameters
        Arrays of any shape, in float64, float32 or float16; buffers have their format.
    lr, momentum
        The step size alpha, and mu.
    nesterov
        Whether the momentum is looked ahead.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        self.parameters = list(parameters)
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self.b = [np.zeros_like(theta) for theta in self.parameters]

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Make one step of every parameter whose gradient is not None."""
        for theta, g, b in zip(self.parameters, gradients, self.b, strict=True):
            if g is not None:
                b[...] = self.momentum * b + g
                theta[...] = theta - self.lr * (g + self.momentum * b if self.nesterov else b)
