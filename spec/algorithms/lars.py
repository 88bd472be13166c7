"""LARS, from You, Gitman & Ginsburg, "Large Batch Training of Convolutional Networks", Algorithm 1.

The schedule of the step size is the caller's. Where the parameter or the gradient is zero the local
rate is 1, as in the TensorFlow code that its authors took part in; the paper's would be 0 or 0/0.
"""

from dataclasses import replace
from typing import Final

from sympy import Integer, Interval, Symbol, oo

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.lamb import unless_zero
from optimspec.spec.hyperparameters import ALPHA, MU, WEIGHT_DECAY, Hyperparameter
from optimspec.spec.operations import norm
from optimspec.spec.symbols import Variable, alpha, g, lam, mu, theta

zeta: Final = Symbol("zeta", nonnegative=True)
rho: Final = Variable("rho")
b: Final = Variable("b")

# Cases take a larger coefficient, so that updates are not lost beneath the rounding of the
# parameters in the narrow formats.
TRUST: Final = Hyperparameter(
    zeta, "0.001", Interval(0, oo), "trust coefficient",
    usual="0.5", tried=("0.5", "0.1", "0.001"), decades=(-3, 0),
    exact="0.5", changed="0.25",
    keys=("trust_coefficient", "trust_coeff", "trust_coef", "eeta", "eta"),
)  # fmt: skip

LARS: Final = Algorithm(
    name="lars",
    title="LARS",
    source=Source(
        "You, Gitman & Ginsburg, Large Batch Training of Convolutional Networks, "
        "arXiv:1708.03888v3",
        "Algorithm 1",
        "https://arxiv.org/abs/1708.03888v3",
    ),
    hyperparameters=(
        replace(ALPHA, default="0.01"),
        MU,
        replace(WEIGHT_DECAY, default="0.0005"),
        TRUST,
    ),
    state=(State(b, Integer(0), "momentum buffer", ("momentum_buffer",)),),
    equations=(
        Equation(
            rho,
            unless_zero(
                zeta * norm(theta.prev) / (norm(g) + lam * norm(theta.prev)),
                norm(g),
                norm(theta.prev),
            ),
            "local learning rate",
            "equation (6)",
        ),
        Equation(b, mu * b.prev + alpha * rho * (g + lam * theta.prev), "momentum"),
        Equation(theta, theta.prev - b, "update"),
    ),
)
