"""Adams in NumPy, each with one thing of its own."""

import numpy as np

from optimspec.impls.naive_numpy import NaiveAdam

NOISE = np.random.default_rng(0)


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


class SingleStateAdam(NaiveAdam):
    """Keeps its moments in float32, whatever the parameters' format."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.m, self.v = ([np.zeros(x.shape, np.float32) for x in params] for _ in range(2))


class HiddenSingleStateAdam(NaiveAdam):
    """Rounds its moments to float32 and doesn't show it."""

    def step(self, gradients):
        super().step(gradients)
        for x in (*self.m, *self.v):
            x[...] = x.astype(np.float32)


class WideAdam(NaiveAdam):
    """Keeps its moments in float64, whatever the parameters' format."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.m, self.v = ([np.zeros(x.shape) for x in params] for _ in range(2))

    def _update(self, theta, g, m, v, t):
        super()._update(theta, g.astype(np.float64), m, v, t)


class PositiveBeta1Adam(NaiveAdam):
    """Refuses beta1 = 0, which Algorithm 1 allows."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not betas[0]:
            raise ValueError("beta1 > 0")
        super().__init__(params, lr, betas, eps)


class RateOnlyAdam(NaiveAdam):
    """Lets the step size be set alone."""

    def __init__(self, params, lr=1e-3):
        super().__init__(params, lr)


class ApartAdam(NaiveAdam):
    """Takes the betas apart, and other names."""

    def __init__(self, params, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(params, learning_rate, (beta1, beta2), epsilon)


class SharedCounterAdam(NaiveAdam):
    """Counts steps once for all parameters."""

    def step(self, gradients):
        self.steps = self.__dict__.get("steps", 0) + 1
        self.t = [self.steps - 1 for _ in self.t]
        super().step(gradients)


class Unclaimed(NaiveAdam):
    """Has no name that says what it is."""


class StillAdam(NaiveAdam):
    """Makes no step."""

    def step(self, gradients):
        pass


class NanAdam(NaiveAdam):
    """Gives nothing but NaN."""

    def step(self, gradients):
        for theta in self.parameters:
            theta[...] = np.nan


class CubingAdam(NaiveAdam):
    """Takes the cube of every gradient, which nothing in the catalogue does."""

    def step(self, gradients):
        super().step([gradient**3 for gradient in gradients])


class NoisyAdam(NaiveAdam):
    """Gives other values at every run."""

    def step(self, gradients):
        super().step(gradients)
        for theta in self.parameters:
            theta[...] += NOISE.standard_normal(theta.shape)


class FailingAdam(NaiveAdam):
    """Raises what UTF-8 cannot hold."""

    def step(self, gradients):
        raise RuntimeError("\udcff")


class ScaledSquares(NaiveAdam):
    """Keeps v, as large as 65504 at most, but on the way has 256 times as much."""

    def _update(self, theta, g, m, v, t):
        beta1, beta2 = self.betas
        m[...] = beta1 * m + (1 - beta1) * g
        v[...] = beta2 * v + (1 - beta2) * ((16 * g) ** 2 / 256)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta[...] = theta - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class RefusesOverflow(NaiveAdam):
    """Raises where a moment is infinite, as code under np.errstate(over="raise") does."""

    def _update(self, theta, g, m, v, t):
        super()._update(theta, g, m, v, t)
        if not np.isfinite(v).all():
            raise FloatingPointError("overflow encountered in square")
