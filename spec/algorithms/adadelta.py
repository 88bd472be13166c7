"""Adadelta, from Zeiler, "ADADELTA: An Adaptive Learning Rate Method", Algorithm 1."""

from dataclasses import replace
from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import v
from optimspec.spec.algorithms.rmsprop import RHO, rho
from optimspec.spec.hyperparameters import ALPHA, EPS
from optimspec.spec.symbols import Variable, alpha, eps, g, theta

u: Final = Variable("u")
delta: Final = Variable("delta")

PAPER: Final = Source(
    "Zeiler, ADADELTA: An Adaptive Learning Rate Method, arXiv:1212.5701v1",
    "Algorithm 1; the step size and the defaults are PyTorch's",
    "https://arxiv.org/abs/1212.5701v1",
)

ADADELTA: Final = Algorithm(
    name="adadelta",
    title="Adadelta",
    source=PAPER,
    hyperparameters=(
        replace(ALPHA, default="1"),
        replace(RHO, default="0.9"),
        replace(EPS, default="1e-6"),
    ),
    state=(
        State(
            v, Integer(0), "mean square of the gradient", ("square_avg", "e_g", "accumulated_grads")
        ),
        State(
            u,
            Integer(0),
            "mean square of the change",
            ("acc_delta", "e_x", "accumulated_delta_vars"),
        ),
    ),
    equations=(
        Equation(v, rho * v.prev + (1 - rho) * g**2, "mean square of the gradient"),
        Equation(delta, sqrt(u.prev + eps) / sqrt(v + eps) * g, "change, in the parameter's units"),
        Equation(u, rho * u.prev + (1 - rho) * delta**2, "mean square of the change"),
        Equation(theta, theta.prev - alpha * delta, "update"),
    ),
)
