"""What the emulated kernels have in common: tensors, scalars, and a step count for each tensor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, powf


class Moved(NamedTuple):
    """A parameter and its moments after a step: arrays of one shape."""

    theta: Tensor
    m: Tensor
    v: Tensor


@dataclass(frozen=True, slots=True)
class Scalars:
    """What a kernel is given beside tensors, as the floats it works with.

    ``correction1`` and ``correction2`` are its 1 - beta1^t and 1 - beta2^t.
    """

    lr: np.float32
    beta1: np.float32
    beta2: np.float32
    eps: np.float32
    decay: np.float32
    correction1: np.float32
    correction2: np.float32


class EmulatedAdam(ABC):
    """An Adam that updates arrays of float32 in place, by the kernel that a subclass emulates.

    Parameters
    ----------
    parameters
        Arrays of any shape, in float32.
    lr, betas, eps, weight_decay
        Numbers, which the kernel is given in float32.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        self.parameters = list(parameters)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.m = [np.zeros_like(theta) for theta in self.parameters]
        self.v = [np.zeros_like(theta) for theta in self.parameters]
        self.t = [0 for _ in self.parameters]

    @abstractmethod
    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """One step on a parameter, its gradient and its moments, all of one shape."""

    def correction(self, at: int, beta: np.float32) -> np.float32:
        """1 - beta^t for the parameter of that index; by itself from powf, all in float32."""
        return np.float32(1) - powf(beta, self.t[at])

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Make one step of every parameter whose gradient is not None.

        Raises
        ------
        TypeError
            If a parameter or a gradient is not in float32.
        """
        for at, g in enumerate(gradients):
            if g is not None:
                _require_float32(self.parameters[at], g)
                self.t[at] += 1
                self._update(at, g)

    def _update(self, at: int, g: Tensor) -> None:
        kept = Moved(self.parameters[at], self.m[at], self.v[at])
        moved = self.kernel(kept.theta, g, kept.m, kept.v, self._scalars(at))
        for old, new in zip(kept, moved, strict=True):
            old[...] = new

    def _scalars(self, at: int) -> Scalars:
        lr, beta1, beta2, eps, decay = map(
            np.float32, (self.lr, *self.betas, self.eps, self.weight_decay)
        )
        corrections = self.correction(at, beta1), self.correction(at, beta2)
        return Scalars(lr, beta1, beta2, eps, decay, *corrections)


def _require_float32(*arrays: Tensor) -> None:
    for array in arrays:
        if array.dtype != np.float32:
            raise TypeError(
                f"Parameters and gradients of an emulated kernel must be in float32; found "
                f"{array.dtype}. Convert them."
            )
