"""AdEMAMix, from Pagliardini et al.: Adam with a second, slow average of the gradients."""

from typing import Final

from sympy import Integer, Interval, Symbol, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import ADAM, m, m_hat, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, Hyperparameter
from optimspec.spec.symbols import Variable, alpha, eps, g, theta

beta3: Final = Symbol("beta3", nonnegative=True)
alpha_slow: Final = Symbol("alpha_slow", nonnegative=True)

m_slow: Final = Variable("m_slow")

BETA3: Final = Hyperparameter(
    beta3, "0.9999", BETA1.domain, "decay rate of the slow first moment",
    tried=("0", "0.5", "0.75", "0.99"), decades=(-5, 0),
    exact="0.875", changed="0.875",
    keys=("beta3", "b3"), pair=("betas", 2),
)  # fmt: skip
ALPHA_SLOW: Final = Hyperparameter(
    alpha_slow, "8", Interval(0, oo), "weight of the slow first moment",
    tried=("0", "1", "0.5", "8"), decades=(-2, 1),
    exact="2", changed="0.5",
    keys=("alpha", "alpha_slow"),
)  # fmt: skip

PAPER: Final = Source(
    "Pagliardini, Ablin & Grangier, The AdEMAMix Optimizer: Better, Faster, Older, "
    "arXiv:2409.03137v2",
    "Algorithm 1 without its schedulers and with lambda = 0",
    "https://arxiv.org/abs/2409.03137v2",
)

ADEMAMIX: Final = Algorithm(
    name="ademamix",
    title="AdEMAMix",
    source=PAPER,
    hyperparameters=(ALPHA, BETA1, BETA2, BETA3, ALPHA_SLOW, EPS),
    state=(
        State(m, Integer(0), "fast first moment", ("exp_avg", "exp_avg_fast")),
        State(m_slow, Integer(0), "slow first moment", ("exp_avg_slow",)),
        State(v, Integer(0), "second moment vector", ("exp_avg_sq",)),
    ),
    equations=(
        Equation(m, ADAM[m].rhs, "fast average of the gradients"),
        Equation(m_slow, beta3 * m_slow.prev + (1 - beta3) * g, "slow average of the gradients"),
        Equation(v, ADAM[v].rhs, "average square of the gradients"),
        Equation(m_hat, ADAM[m_hat].rhs, "bias-corrected fast average"),
        Equation(v_hat, ADAM[v_hat].rhs, "bias-corrected average square"),
        Equation(
            theta,
            theta.prev - alpha * (m_hat + alpha_slow * m_slow) / (sqrt(v_hat) + eps),
            "update",
        ),
    ),
)
