"""Adam-atan2, from Everett et al., "Scaling Exponents Across Parameterizations and Optimizers".

Adam with the angle of (sqrt(v_hat), m_hat) in place of the quotient, and so without eps.
"""

from typing import Final

from sympy import atan2, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source
from optimspec.spec.algorithms.adam import ADAM, m, m_hat, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2
from optimspec.spec.symbols import alpha, theta

PAPER: Final = Source(
    "Everett et al., Scaling Exponents Across Parameterizations and Optimizers, arXiv:2407.05872v2",
    "where atan2 takes the place of the quotient and of eps",
    "https://arxiv.org/abs/2407.05872v2",
)

ADAM_ATAN2: Final = Algorithm(
    name="adam-atan2",
    title="Adam-atan2",
    source=PAPER,
    hyperparameters=(ALPHA, BETA1, BETA2),
    state=ADAM.state,
    equations=(
        *(ADAM[variable] for variable in (m, v, m_hat, v_hat)),
        Equation(theta, theta.prev - alpha * atan2(m_hat, sqrt(v_hat)), "update by an angle"),
    ),
)
