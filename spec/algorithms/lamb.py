"""LAMB, from You et al., "Large Batch Optimization for Deep Learning", Algorithm 2.

The scaling function phi is the identity, as in the paper's experiments. Where the parameter or the
update is zero, the paper's ratio would leave the parameter at zero for good, or is 0/0; it is 1, as
in its authors' code (``LAMB`` of TensorFlow Addons).
"""

from dataclasses import replace
from typing import Final

from sympy import Expr, Gt, Piecewise, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source
from optimspec.spec.algorithms.adam import ADAM, m, m_hat, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, WEIGHT_DECAY
from optimspec.spec.operations import norm
from optimspec.spec.symbols import Variable, alpha, eps, lam, theta

r: Final = Variable("r")
u: Final = Variable("u")
rho: Final = Variable("rho")

PAPER: Final = Source(
    "You et al., Large Batch Optimization for Deep Learning, arXiv:1904.00962v5",
    "Algorithm 2",
    "https://arxiv.org/abs/1904.00962v5",
)


def unless_zero(value: Expr, *sizes: Expr) -> Expr:
    """``value``, or 1 where one of the sizes is zero."""
    for size in sizes:
        value = Piecewise((value, Gt(size, 0)), (1, True))
    return value


LAMB: Final = Algorithm(
    name="lamb",
    title="LAMB",
    source=PAPER,
    hyperparameters=(ALPHA, BETA1, BETA2, replace(EPS, default="1e-6"), WEIGHT_DECAY),
    state=ADAM.state,
    equations=(
        *(ADAM[variable] for variable in (m, v, m_hat, v_hat)),
        Equation(r, m_hat / (sqrt(v_hat) + eps), "ratio of the moments"),
        Equation(u, r + lam * theta.prev, "update with weight decay"),
        Equation(
            rho,
            unless_zero(norm(theta.prev) / norm(u), norm(u), norm(theta.prev)),
            "trust ratio",
            "LAMB in tensorflow_addons/optimizers/lamb.py: 1 where a norm is zero",
        ),
        Equation(theta, theta.prev - alpha * rho * u, "update, as long as alpha times theta"),
    ),
)
