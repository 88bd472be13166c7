"""Adam, from Kingma & Ba, "Adam: A Method for Stochastic Optimization", Algorithm 1."""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import (
    Algorithm,
    Equation,
    Source,
    State,
    StepBound,
)
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, index, t, theta

m: Final = Variable("m")
v: Final = Variable("v")
m_hat: Final = Variable("m_hat")
v_hat: Final = Variable("v_hat")

PAPER: Final = Source(
    "Kingma & Ba, Adam, arXiv:1412.6980v9", "Algorithm 1", "https://arxiv.org/abs/1412.6980v9"
)

ADAM: Final = Algorithm(
    name="adam",
    title="Adam",
    source=PAPER,
    hyperparameters=(ALPHA, BETA1, BETA2, EPS),
    state=(
        State(m, Integer(0), "first moment vector", ("exp_avg", "mu", "momentums", "ms")),
        State(v, Integer(0), "second moment vector", ("exp_avg_sq", "nu", "velocities", "vs")),
    ),
    equations=(
        Equation(m, beta1 * m.prev + (1 - beta1) * g, "biased first moment estimate"),
        Equation(v, beta2 * v.prev + (1 - beta2) * g**2, "biased second raw moment estimate"),
        Equation(m_hat, m / (1 - beta1**t), "bias-corrected first moment estimate"),
        Equation(v_hat, v / (1 - beta2**t), "bias-corrected second raw moment estimate"),
        Equation(theta, theta.prev - alpha * m_hat / (sqrt(v_hat) + eps), "update"),
    ),
    step_bound=StepBound(
        bound=sqrt(1 - beta2**t)
        / (1 - beta1**t)
        * (1 - beta1)
        / sqrt(1 - beta2)
        * sqrt((1 - (beta1**2 / beta2) ** t) / (1 - beta1**2 / beta2)),
        attained_by=(beta1 / beta2) ** (t - index),
        survives=frozenset({"eps-hat", "eps-inside-root", "maximize"}),
    ),
)
