"""signSGD and Signum, from Bernstein et al. (arXiv:1802.04434), Algorithms 1 and 2.

The majority vote of several workers is left out: there is one.
"""

from dataclasses import replace
from typing import Final

from sympy import Integer, sign

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, MU
from optimspec.spec.symbols import Variable, alpha, g, mu, theta

m: Final = Variable("m")

_WORK: Final = "Bernstein et al., signSGD, arXiv:1802.04434v3"
_URL: Final = "https://arxiv.org/abs/1802.04434v3"
_RATE: Final = replace(ALPHA, default="0.0001")

SIGNSGD: Final = Algorithm(
    name="signsgd",
    title="signSGD",
    source=Source(_WORK, "Algorithm 1", _URL),
    hyperparameters=(_RATE,),
    state=(),
    equations=(Equation(theta, theta.prev - alpha * sign(g), "update by the gradient's sign"),),
)

SIGNUM: Final = Algorithm(
    name="signum",
    title="Signum",
    source=Source(_WORK, "Algorithm 2", _URL),
    hyperparameters=(_RATE, MU),
    state=(State(m, Integer(0), "momentum", ("momentum_buffer", "exp_avg")),),
    equations=(
        Equation(m, mu * m.prev + (1 - mu) * g, "average of the gradients"),
        Equation(theta, theta.prev - alpha * sign(m), "update by its sign"),
    ),
)
