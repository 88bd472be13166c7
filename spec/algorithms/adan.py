"""Adan, from Xie et al.: the momentum of Nesterov, estimated from differences of gradients."""

from dataclasses import replace
from typing import Final

from sympy import Eq, Integer, Piecewise, Symbol, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import m, m_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, Hyperparameter
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, t, theta

beta3: Final = Symbol("beta3", nonnegative=True)

delta: Final = Variable("delta")
m_diff: Final = Variable("m_diff")
m_diff_hat: Final = Variable("m_diff_hat")
n: Final = Variable("n")
n_hat: Final = Variable("n_hat")
g_last: Final = Variable("g_last")

BETA3: Final = Hyperparameter(
    beta3, "0.99", BETA2.domain, "decay rate of the second moment",
    tried=("0", "0.5", "0.75", "0.99"), decades=(-5, 0),
    exact="0.875", changed="0.875",
    keys=("beta3", "b3"), pair=("betas", 2),
)  # fmt: skip

PAPER: Final = Source(
    "Xie et al., Adan, arXiv:2208.06677v4 and github.com/sail-sg/Adan",
    "Algorithm 1 with the bias correction, the eps and the betas of adan.py, each of which is 1 "
    "minus the paper's",
    "https://github.com/sail-sg/Adan/blob/main/adan.py",
)

_CHANGE: Final = Piecewise((Integer(0), Eq(t, 1)), (g - g_last.prev, True))
_AHEAD: Final = g + beta2 * delta

ADAN: Final = Algorithm(
    name="adan",
    title="Adan",
    source=PAPER,
    hyperparameters=(
        ALPHA,
        replace(BETA1, default="0.98"),
        replace(BETA2, default="0.92", meaning="decay rate of the gradients' differences"),
        BETA3,
        EPS,
    ),
    state=(
        State(m, Integer(0), "first moment vector", ("exp_avg",)),
        State(m_diff, Integer(0), "average difference of gradients", ("exp_avg_diff",)),
        State(n, Integer(0), "second moment vector", ("exp_avg_sq",)),
        State(g_last, Integer(0), "gradient of the step before"),
    ),
    equations=(
        Equation(delta, _CHANGE, "change of the gradient, none at the first step"),
        Equation(g_last, g, "gradient kept for the next step"),
        Equation(m, beta1 * m.prev + (1 - beta1) * g, "average gradient"),
        Equation(
            m_diff, beta2 * m_diff.prev + (1 - beta2) * delta, "average change of the gradient"
        ),
        Equation(
            n, beta3 * n.prev + (1 - beta3) * _AHEAD**2, "average square of the gradient ahead"
        ),
        Equation(m_hat, m / (1 - beta1**t), "bias-corrected average gradient"),
        Equation(m_diff_hat, m_diff / (1 - beta2**t), "bias-corrected average change"),
        Equation(n_hat, n / (1 - beta3**t), "bias-corrected average square"),
        Equation(
            theta,
            theta.prev - alpha * (m_hat + beta2 * m_diff_hat) / (sqrt(n_hat) + eps),
            "update",
        ),
    ),
)
