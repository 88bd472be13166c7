"""Emulations of apex's fused Adam, and of DeepSpeed's and Transformer Engine's, which follow it.

Formula and order are those of ``csrc/multi_tensor_adam.cu`` of apex (commit 6424da3, lines 78-95
and 303-308), ``csrc/adam/multi_tensor_adam.cu`` of DeepSpeed (38327e0, lines 97-114) and
``common/multi_tensor/adam.cu`` of Transformer Engine (d0067d0, lines 124-143 and 581-585). On
float32 parameters with float32 state the three are one. All are built with fast-math, which is not
emulated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, fma
from optimspec.impls.emulations.skeleton import EmulatedAdam, Moved, Scalars


class ApexFusedAdam(EmulatedAdam):
    """apex's ``FusedAdam``, emulated.

    Parameters
    ----------
    parameters, lr, betas, eps, weight_decay
        As for :class:`EmulatedAdam`.
    adam_w_mode
        Whether weight decay belongs to the update, as in AdamW, or is added to the gradient.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        adam_w_mode: bool = True,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)
        self.adam_w_mode = adam_w_mode

    def correction(self, at: int, beta: np.float32) -> np.float32:
        """1 - beta^t, computed in double by the host from the float beta, then made a float."""
        return np.float32(1 - math.pow(beta, self.t[at]))

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """One step, with the weights 1 - beta formed in float."""
        one = np.float32(1)
        g = g if self.adam_w_mode else fma(s.decay, theta, g)
        m = fma(s.beta1, m, (one - s.beta1) * g)
        v = fma(s.beta2, v, (one - s.beta2) * g * g)
        update = m / s.correction1 / (np.sqrt(v / s.correction2) + s.eps)
        update = fma(s.decay, theta, update) if self.adam_w_mode else update
        return Moved(fma(-s.lr, update, theta), m, v)


class DeepSpeedFusedAdam(ApexFusedAdam):
    """DeepSpeed's ``FusedAdam`` for GPUs, emulated."""


class TransformerEngineFusedAdam(ApexFusedAdam):
    """Transformer Engine's ``FusedAdam``, emulated."""
