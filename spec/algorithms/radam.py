"""RAdam: Adam with its variance rectified, from Liu et al., Algorithm 2.

The paper has no eps; this is the authors' code, which adds it to the root of the second moment.
"""

from typing import Final

from sympy import Integer, Piecewise, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import m, m_hat, v
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, t, theta

rho: Final = Variable("rho")
rho_inf: Final = Variable("rho_inf")
l: Final = Variable("l")  # noqa: E741 - the paper's letter
r: Final = Variable("r")

PAPER: Final = Source(
    "Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, arXiv:1908.03265v4",
    "Algorithm 2, with eps as in the authors' code",
    "https://arxiv.org/abs/1908.03265v4",
)

RADAM: Final = Algorithm(
    name="radam",
    title="RAdam",
    source=PAPER,
    hyperparameters=(ALPHA, BETA1, BETA2, EPS),
    state=(
        State(m, Integer(0), "first moment vector", ("exp_avg",)),
        State(v, Integer(0), "second moment vector", ("exp_avg_sq",)),
    ),
    equations=(
        Equation(m, beta1 * m.prev + (1 - beta1) * g, "exponential moving first moment"),
        Equation(v, beta2 * v.prev + (1 - beta2) * g**2, "exponential moving second moment"),
        Equation(m_hat, m / (1 - beta1**t), "bias-corrected first moment"),
        Equation(rho_inf, 2 / (1 - beta2) - 1, "maximum length of the approximated average"),
        Equation(
            rho, rho_inf - 2 * t * beta2**t / (1 - beta2**t), "length of the approximated average"
        ),
        Equation(l, sqrt(1 - beta2**t) / (sqrt(v) + eps), "adaptive learning rate"),
        Equation(
            r,
            sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)),
            "variance rectification",
        ),
        Equation(
            theta,
            Piecewise(
                (theta.prev - alpha * r * m_hat * l, rho > 4), (theta.prev - alpha * m_hat, True)
            ),
            "update, adaptive where the variance is tractable",
        ),
    ),
)
