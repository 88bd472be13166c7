"""Prodigy, from Mishchenko & Defazio: Adam whose step size is an estimate of the distance to go.

The paper's x is all parameters in one vector. Here it is one tensor: the sums run over the elements
of that, and every tensor has an estimate of its own. With several tensors its authors' code sums
over all of them and has one estimate.
"""

from dataclasses import replace
from typing import Final

from sympy import Abs, Eq, Integer, Interval, Max, Piecewise, Symbol, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, Hyperparameter
from optimspec.spec.operations import total
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, theta

d0: Final = Symbol("d_first", positive=True)

d: Final = Variable("d")
eta: Final = Variable("eta")
d_hat: Final = Variable("d_hat")
s: Final = Variable("s_weighted")
r: Final = Variable("r_weighted")
theta_start: Final = Variable("theta_start")

D0: Final = Hyperparameter(
    d0, "1e-6", Interval.open(0, oo), "first estimate of the distance",
    usual="0.125", tried=("1", "0.5", "0.125"), decades=(-6, 0),
    exact="0.25", changed="0.5",
    keys=("d0", "estim_lr0"),
)  # fmt: skip

PAPER: Final = Source(
    "Mishchenko & Defazio, Prodigy, arXiv:2306.06101v4",
    "Algorithm 4 for one parameter tensor",
    "https://arxiv.org/abs/2306.06101v4",
)

BETA3: Final = sqrt(beta2)
"""The decay rate of both weighted sums."""

_MOVED: Final = total(g * (theta_start - theta.prev))
_SIZE: Final = total(Abs(s))

PRODIGY: Final = Algorithm(
    name="prodigy",
    title="Prodigy",
    source=PAPER,
    hyperparameters=(replace(ALPHA, default="1", exact="4"), BETA1, BETA2, EPS, D0),
    state=(
        State(m, Integer(0), "first moment of d g", ("exp_avg",)),
        State(v, Integer(0), "second moment of d g", ("exp_avg_sq",)),
        State(r, Integer(0), "weighted sum of how far gradients say to go"),
        State(s, Integer(0), "weighted sum of gradients"),
        State(d, d0, "estimate of the distance"),
        State(theta_start, theta.prev, "where training started", ("p0",)),
    ),
    equations=(
        Equation(theta_start, theta_start.prev, "where training started"),
        Equation(eta, alpha * d.prev, "step size"),
        Equation(m, beta1 * m.prev + (1 - beta1) * d.prev * g, "first moment"),
        Equation(v, beta2 * v.prev + (1 - beta2) * d.prev**2 * g**2, "second moment"),
        Equation(
            r,
            BETA3 * r.prev + (1 - BETA3) * eta * d.prev * _MOVED,
            "weighted sum of how far gradients say to go",
        ),
        Equation(s, BETA3 * s.prev + (1 - BETA3) * eta * d.prev * g, "weighted sum of gradients"),
        Equation(
            d_hat,
            Piecewise((d.prev, Eq(_SIZE, 0)), (r / _SIZE, True)),
            "distance that the gradients suggest; none without gradients",
        ),
        Equation(d, Max(d.prev, d_hat), "largest estimate so far"),
        Equation(theta, theta.prev - eta * m / (sqrt(v) + d.prev * eps), "update"),
    ),
)
