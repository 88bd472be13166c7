"""Lion, from Chen et al., "Symbolic Discovery of Optimization Algorithms", Algorithm 2."""

from dataclasses import replace
from typing import Final

from sympy import Integer, sign

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, WEIGHT_DECAY
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, g, lam, theta

c: Final = Variable("c")
m: Final = Variable("m")

PAPER: Final = Source(
    "Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675v4",
    "Algorithm 2",
    "https://arxiv.org/abs/2302.06675v4",
)

LION: Final = Algorithm(
    name="lion",
    title="Lion",
    source=PAPER,
    names=("LionW",),
    hyperparameters=(
        replace(ALPHA, default="0.0001"),
        replace(BETA1, meaning="share of the momentum in the update"),
        replace(BETA2, default="0.99", meaning="decay rate of the momentum"),
        WEIGHT_DECAY,
    ),
    state=(State(m, Integer(0), "momentum", ("exp_avg",)),),
    equations=(
        Equation(c, beta1 * m.prev + (1 - beta1) * g, "gradient interpolated with the momentum"),
        Equation(m, beta2 * m.prev + (1 - beta2) * g, "momentum, kept for longer"),
        Equation(
            theta,
            (1 - alpha * lam) * theta.prev - alpha * sign(c),
            "update by the sign, with decoupled weight decay",
        ),
    ),
)
