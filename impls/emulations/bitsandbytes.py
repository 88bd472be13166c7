"""An emulation of the 32-bit Adam and AdamW of bitsandbytes.

Formula and order are those of ``csrc/kernels.cu`` (commit 95f9af3, lines 629-631 and 702-709),
one kernel for both. It is built with fast-math, where powf is 2^(t log2 beta) of approximate
functions; that is not emulated, and may cost the corrections much more than what is.
"""

from __future__ import annotations

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, fma
from optimspec.impls.emulations.skeleton import EmulatedAdam, Moved, Scalars


class BitsandbytesAdamW(EmulatedAdam):
    """bitsandbytes' ``AdamW32bit``, emulated with exact powers; decay follows the update."""

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """One step in the efficient form, eps being scaled to match."""
        one = np.float32(1)
        m = fma(m, s.beta1, (one - s.beta1) * g)
        v = fma(v, s.beta2, (one - s.beta2) * g * g)
        root = np.sqrt(s.correction2)
        step_size = -s.lr * root / s.correction1
        quotient = m / fma(s.eps, root, np.sqrt(v))
        return Moved(fma(step_size, quotient, theta) * fma(-s.lr, s.decay, one), m, v)
