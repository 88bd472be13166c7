"""Adagrad, from Duchi, Hazan & Singer, "Adaptive Subgradient Methods", with diagonal matrices."""

from dataclasses import replace
from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State, StepBound
from optimspec.spec.hyperparameters import ALPHA, EPS
from optimspec.spec.symbols import Variable, alpha, eps, g, index, t, theta

G: Final = Variable("G")

PAPER: Final = Source(
    "Duchi, Hazan & Singer, Adaptive Subgradient Methods for Online Learning and Stochastic "
    "Optimization, JMLR 12 (2011)",
    "Figure 1, composite mirror descent without a regularizer; its delta is epsilon",
    "https://jmlr.org/papers/v12/duchi11a.html",
)

STEEP: Final = Integer(4096) ** (index - t)
"""Gradients whose last step is within 1e-7 of as long as it can be, without zeros before it.

The first gradient attains the bound, whatever it is; zeros before a later one would, without eps,
give 0/0.
"""

ADAGRAD: Final = Algorithm(
    name="adagrad",
    title="Adagrad",
    source=PAPER,
    hyperparameters=(replace(ALPHA, default="0.01"), replace(EPS, default="1e-10")),
    state=(
        State(
            G, Integer(0), "sum of squared gradients",
            ("sum", "accumulator", "sum_of_squares", "state_sum", "accumulators"),
        ),
    ),
    equations=(
        Equation(G, G.prev + g**2, "sum of all squared gradients"),
        Equation(theta, theta.prev - alpha * g / (sqrt(G) + eps), "update"),
    ),
    step_bound=StepBound(
        bound=Integer(1),
        attained_by=STEEP,
        survives=frozenset({
            "step-size-decay", "initial-accumulator", "l2-weight-decay", "eps-inside-root",
            "eps-squared-inside-root", "maximize",
        }),
    ),
)  # fmt: skip
