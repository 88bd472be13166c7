"""Nadam: Adam with Nesterov's momentum, from Dozat's report of 2015.

PyTorch, TensorFlow and Keras have these equations. The workshop paper of 2016 has others, which
are the variant ``nadam-of-the-workshop``.
"""

from dataclasses import replace
from typing import Final

from sympy import Expr, Integer, Interval, Rational, Symbol, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, Hyperparameter
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, t, theta

mu: Final = Variable("mu")
mu_next: Final = Variable("mu_next")
mu_product: Final = Variable("mu_product")
psi: Final = Symbol("psi", nonnegative=True)

REPORT: Final = Source(
    "Dozat, Incorporating Nesterov Momentum into Adam, report of 2015",
    "Nadam, with its schedule of the momentum",
    "https://cs229.stanford.edu/proj2015/054_report.pdf",
)

# The default changes the momentum by a hundredth of a percent in a step. Cases use a faster one.
MOMENTUM_DECAY: Final = Hyperparameter(
    psi, "0.004", Interval(0, oo), "how fast the momentum grows from half of beta1",
    usual="0.5", tried=("0", "1", "0.5", "0.004"), decades=(-4, 0),
    exact="0.5", changed="0.25",
    keys=("momentum_decay", "schedule_decay", "psi"),
)  # fmt: skip


def momentum(step: Expr) -> Expr:
    """The momentum of a step: it grows from half of beta1 to beta1."""
    return beta1 * (1 - Rational(24, 25) ** (step * psi) / 2)


NADAM: Final = Algorithm(
    name="nadam",
    title="Nadam",
    source=REPORT,
    hyperparameters=(replace(ALPHA, default="0.002"), BETA1, BETA2, EPS, MOMENTUM_DECAY),
    state=(
        State(m, Integer(0), "first moment vector", ("exp_avg",)),
        State(v, Integer(0), "second moment vector", ("exp_avg_sq",)),
        State(mu_product, Integer(1), "product of all momenta so far"),
    ),
    equations=(
        Equation(mu, momentum(t), "momentum of this step"),
        Equation(mu_next, momentum(t + 1), "momentum of the next step"),
        Equation(mu_product, mu_product.prev * mu, "product of all momenta so far"),
        Equation(m, beta1 * m.prev + (1 - beta1) * g, "first moment"),
        Equation(v, beta2 * v.prev + (1 - beta2) * g**2, "second moment"),
        Equation(
            m_hat,
            mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * g / (1 - mu_product),
            "first moment, corrected and looked ahead",
        ),
        Equation(v_hat, v / (1 - beta2**t), "corrected second moment"),
        Equation(theta, theta.prev - alpha * m_hat / (sqrt(v_hat) + eps), "update"),
    ),
)
