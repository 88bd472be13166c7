"""Adam that begins with two names for one array, and is right: it rebinds, and writes nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Tensor = npt.NDArray[Any]


class RebindingAdam:
    """Adam whose new parameters start as the old ones themselves.

    Parameters
    ----------
    parameters
        Arrays of any shape, which are updated in place at the end of every step.
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
        self.lr, self.betas, self.eps = lr, betas, eps
        self.moments: list[tuple[Any, Any, int]] = [(0.0, 0.0, 0) for _ in self.parameters]

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Make one step of every parameter whose gradient is not None."""
        for i, g in enumerate(gradients):
            if g is not None:
                params = params_new = self.parameters[i]
                params_new = params - self._update(i, g)
                params[...] = params_new

    def _update(self, i: int, g: Tensor) -> Tensor:
        (beta1, beta2), (m, v, t) = self.betas, self.moments[i]
        m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g, t + 1
        self.moments[i] = m, v, t
        root = np.sqrt(v / (1 - beta2**t))
        update: Tensor = self.lr * (m / (1 - beta1**t)) / (root + self.eps)
        return update
