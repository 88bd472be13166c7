"""Emulations of the fused CUDA Adam and AdamW of PyTorch 2.11 to 2.13, in float32.

The formula is that of ``ATen/native/cuda/fused_adam_utils.cuh`` as PyTorch's wheels of these
versions ship it (2.11: lines 53-81 and 130-153). Since https://github.com/pytorch/pytorch/pull/172505
and https://github.com/pytorch/pytorch/pull/173224 all of it is computed in float, the bias
corrections by powf for every element.
"""

from __future__ import annotations

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, fma, lerp
from optimspec.impls.emulations.skeleton import EmulatedAdam, Moved, Scalars


class TorchCudaFusedAdam(EmulatedAdam):
    """PyTorch's CUDA ``Adam(fused=True)``, emulated; weight decay is added to the gradient."""

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """Penalise the gradient, then make Adam's step."""
        return _adam(theta, fma(theta, s.decay, g), m, v, s)


class TorchCudaFusedAdamW(EmulatedAdam):
    """PyTorch's CUDA ``AdamW(fused=True)``, emulated; the parameter shrinks before the step."""

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """Shrink the parameter, then make Adam's step."""
        return _adam(fma(-(s.lr * s.decay), theta, theta), g, m, v, s)


def _adam(theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
    """Both moments interpolated with the weight beta; eps added to the corrected root."""
    m, v = lerp(g, m, s.beta1), lerp(g * g, v, s.beta2)
    denominator = np.sqrt(v) / np.sqrt(s.correction2) + s.eps
    return Moved(theta - s.lr / s.correction1 * m / denominator, m, v)
