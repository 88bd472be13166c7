"""Adams in NumPy, each with one thing of its own."""

import numpy as np

from optimspec.impls.naive_numpy import NaiveAdam


class PositiveEpsAdam(NaiveAdam):
    """Refuses eps = 0, which the specification allows."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not eps:
            raise ValueError("eps > 0")
        super().__init__(params, lr, betas, eps)


class SingleCorrectionAdam(NaiveAdam):
    """Computes 1 - beta^t in the parameters' format, as optax does."""

    def _update(self, theta, g, m, v, t):
        beta1, beta2 = map(theta.dtype.type, self.betas)
        m[...] = self.betas[0] * m + (1 - self.betas[0]) * g
        v[...] = self.betas[1] * v + (1 - self.betas[1]) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta[...] = theta - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class FaultyAdam(NaiveAdam):
    """Adam that adds ``fault(theta, step)`` to the parameter after its step, where it ``errs``."""

    def _update(self, theta, g, m, v, t):
        before = theta.copy()
        super()._update(theta, g, m, v, t)
        if self.errs(theta, t):
            theta += self.fault(theta, theta - before)

    def errs(self, theta, t):
        return True

    def fault(self, theta, step):
        return self.lr * np.ones_like(theta) / 8


class TwiceAdam(FaultyAdam):
    """Makes every step twice."""

    def fault(self, theta, step):
        return step
