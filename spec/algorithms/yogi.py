"""Yogi, from Zaheer et al., "Adaptive Methods for Nonconvex Optimization", Algorithm 2.

The second moment approaches the squared gradient by steps of (1 - beta2) g^2, whatever their
distance. As the paper has it, nothing is corrected for bias and both moments start from zero.
"""

from dataclasses import replace
from typing import Final

from sympy import sign, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source
from optimspec.spec.algorithms.adam import ADAM, m, v
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS
from optimspec.spec.symbols import alpha, beta2, eps, g, theta

PAPER: Final = Source(
    "Zaheer et al., Adaptive Methods for Nonconvex Optimization, NeurIPS 2018",
    "Algorithm 2",
    "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization",
)

YOGI: Final = Algorithm(
    name="yogi",
    title="Yogi",
    source=PAPER,
    hyperparameters=(
        replace(ALPHA, default="0.01"),
        BETA1,
        BETA2,
        replace(EPS, default="0.001"),
    ),
    state=ADAM.state,
    equations=(
        ADAM[m],
        Equation(
            v,
            v.prev - (1 - beta2) * sign(v.prev - g**2) * g**2,
            "second moment, moved towards the squared gradient",
        ),
        Equation(theta, theta.prev - alpha * m / (sqrt(v) + eps), "update"),
    ),
)
