"""AdaBelief, from Zhuang et al., "AdaBelief Optimizer", Algorithm 2.

The moments and the update are Adam's, but for the second one: it averages how far the gradient is
from the first. eps enters it at every step, and adds up.
"""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import ADAM, m, m_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS
from optimspec.spec.symbols import Variable, alpha, beta2, eps, g, t, theta

s: Final = Variable("s")
s_hat: Final = Variable("s_hat")

ADABELIEF: Final = Algorithm(
    name="adabelief",
    title="AdaBelief",
    source=Source(
        "Zhuang et al., AdaBelief Optimizer, arXiv:2010.07468v5",
        "Algorithm 2",
        "https://arxiv.org/abs/2010.07468v5",
    ),
    hyperparameters=(ALPHA, BETA1, BETA2, EPS),
    state=(
        ADAM.state[0],
        State(s, Integer(0), "belief", ("exp_avg_var", "exp_avg_sq", "nu")),
    ),
    equations=(
        ADAM[m],
        Equation(s, beta2 * s.prev + (1 - beta2) * (g - m) ** 2 + eps, "belief"),
        ADAM[m_hat],
        Equation(s_hat, s / (1 - beta2**t), "bias-corrected belief"),
        Equation(theta, theta.prev - alpha * m_hat / (sqrt(s_hat) + eps), "update"),
    ),
)
