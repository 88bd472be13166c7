"""Adam in NumPy, a line of code per line of Algorithm 1 (arXiv:1412.6980v9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.floating[Any]]


class NaiveAdam:
    """Adam, updating the given arrays in place.

    Parameters
    ----------
    parameters
        Arrays of any shape, in float64, float32 or float16. The moments and all arithmetic on
        them have the format of the parameter.
    lr, betas, eps
        The paper's alpha, (beta1, beta2) and epsilon.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        self.parameters = list(parameters)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.m = [np.zeros_like(theta) for theta in self.parameters]
        self.v = [np.zeros_like(theta) for theta in self.parameters]
        self.t = [0 for _ in self.parameters]

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Make one step of every parameter whose gradient is not None."""
        for i, g in enumerate(gradients):
            if g is not None:
                self.t[i] += 1
                self._update(self.parameters[i], g, self.m[i], self.v[i], self.t[i])

    def _update(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> None:
        beta1, beta2 = self.betas
        m[...] = beta1 * m + (1 - beta1) * g
        v[...] = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta[...] = theta - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
