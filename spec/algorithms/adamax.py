"""AdaMax, from Kingma & Ba, "Adam: A Method for Stochastic Optimization", Algorithm 2.

The paper has no eps; where libraries put one is in ``spec/known/adamax.py``.
"""

from dataclasses import replace
from typing import Final

from sympy import Abs, Integer, Max

from optimspec.spec.algorithm import Algorithm, Equation, Source, State, StepBound
from optimspec.spec.algorithms.adam import m
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, g, index, t, theta

u: Final = Variable("u")

PAPER: Final = Source(
    "Kingma & Ba, Adam, arXiv:1412.6980v9",
    "Algorithm 2, section 7.1",
    "https://arxiv.org/abs/1412.6980v9",
)

ADAMAX: Final = Algorithm(
    name="adamax",
    title="AdaMax",
    source=PAPER,
    hyperparameters=(replace(ALPHA, default="0.002"), BETA1, BETA2),
    state=(
        State(m, Integer(0), "first moment vector", ("exp_avg",)),
        State(u, Integer(0), "exponentially weighted infinity norm", ("exp_inf", "nu")),
    ),
    equations=(
        Equation(m, beta1 * m.prev + (1 - beta1) * g, "biased first moment estimate"),
        Equation(u, Max(beta2 * u.prev, Abs(g)), "exponentially weighted infinity norm"),
        Equation(theta, theta.prev - alpha / (1 - beta1**t) * m / u, "update"),
    ),
    step_bound=StepBound(
        bound=(1 - beta1) / (1 - beta1**t) * (1 - (beta1 / beta2) ** t) / (1 - beta1 / beta2),
        attained_by=(1 / beta2) ** (t - index),
        survives=frozenset({"eps-in-infinity-norm", "eps-added-to-infinity-norm", "maximize"}),
    ),
)
