"""An emulation of DeepSpeed's Adam for CPUs.

Formula and order are those of ``cpu_adam.h`` (commit 38327e0, lines 57-89 and 170-187), whose
vector instructions round as written: each product is rounded, or fused where fma is called.
"""

from __future__ import annotations

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, fma
from optimspec.impls.emulations.skeleton import EmulatedAdam, Moved, Scalars

_ONE = np.float32(1)


class DeepSpeedCPUAdam(EmulatedAdam):
    """DeepSpeed's ``DeepSpeedCPUAdam`` in its AdamW mode, emulated."""

    def correction(self, at: int, beta: np.float32) -> np.float32:
        """1 - beta^t, where beta is multiplied up step by step in float."""
        power = _ONE
        for _ in range(self.t[at]):
            power *= beta
        return _ONE - power

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """One step: the root is multiplied by an inverse, and the parameter decays first."""
        m = fma(g, _ONE - s.beta1, m * s.beta1)
        v = fma(g * g, _ONE - s.beta2, v * s.beta2)
        inverse = _ONE / np.sqrt(s.correction2)
        quotient = m / fma(np.sqrt(v), inverse, s.eps)
        theta = fma(theta, -(s.lr * s.decay), theta)
        return Moved(fma(quotient, -(s.lr / s.correction1), theta), m, v)
