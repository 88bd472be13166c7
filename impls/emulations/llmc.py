"""An emulation of the AdamW of llm.c, on its float32 master parameters.

Formula and order are those of ``llmc/adamw.cuh`` (commit f1e2ace, lines 14-16, 22-47 and 79-86). It
is built with fast-math, which is not emulated.
"""

from __future__ import annotations

import numpy as np

from optimspec.impls.emulations.arithmetic import Tensor, fma, lerp
from optimspec.impls.emulations.skeleton import EmulatedAdam, Moved, Scalars


class LlmcAdamW(EmulatedAdam):
    """llm.c's AdamW, emulated; weight decay belongs to the update."""

    def kernel(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Scalars) -> Moved:
        """One step of Algorithm 1 with interpolated moments."""
        m, v = lerp(g, m, s.beta1), lerp(g * g, v, s.beta2)
        m_hat, v_hat = m / s.correction1, v / s.correction2
        update = fma(s.decay, theta, m_hat / (np.sqrt(v_hat) + s.eps))
        return Moved(fma(-s.lr, update, theta), m, v)
