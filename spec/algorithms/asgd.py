"""Averaged SGD: SGD that decays its step size, and the average of where it has been.

Polyak & Juditsky show that the average of the iterates converges as fast as any method can. The
step size and the weight of the average are those of Bottou's sgd-2.0, as Torch stated them and
PyTorch keeps them: both are computed at the end of a step, for the next one. The average is not
fed back into the parameter.
"""

from dataclasses import replace
from typing import Final

from sympy import Integer, Interval, Max, Symbol, oo

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, Hyperparameter
from optimspec.spec.symbols import Variable, alpha, g, t, theta

x: Final = Variable("x")
a: Final = Variable("a")
eta: Final = Variable("eta")
mu: Final = Variable("mu")

decay: Final = Symbol("Lambda", nonnegative=True)
kappa: Final = Symbol("kappa", nonnegative=True)
t0: Final = Symbol("t0", nonnegative=True)

POLYAK: Final = Source(
    "Polyak & Juditsky, Acceleration of Stochastic Approximation by Averaging, SIAM Journal on "
    "Control and Optimization 30 (1992)",
    "the average of the iterates",
    "https://doi.org/10.1137/0330046",
)

ASGD: Final = Algorithm(
    name="asgd",
    title="ASGD",
    source=Source(
        "Torch, optim.asgd, after L. Bottou's sgd-2.0 and Polyak & Juditsky (1992)",
        "the equations above its code",
        "https://github.com/torch/optim/blob/master/asgd.lua",
    ),
    names=("ASGD",),
    hyperparameters=(
        replace(ALPHA, default="0.01"),
        Hyperparameter(
            decay, "1e-4", Interval(0, oo), "decay of the parameter and of the step size",
            usual="0.1", tried=("0", "1", "0.5", "1e-4"), exact="0.125", changed="0.25",
            keys=("lambd",),
        ),
        Hyperparameter(
            kappa, "0.75", Interval(0, oo), "power with which the step size falls",
            tried=("0.75", "0", "1", "0.5"), exact="0.5", changed="0.5",
            keys=("alpha", "power"),
        ),
        Hyperparameter(
            t0, "1e6", Interval(0, oo), "step after which averaging starts",
            usual="4", tried=("0", "1", "2", "1e6"), exact="2", changed="3",
            keys=("t0",),
        ),
    ),
    state=(
        State(a, Integer(0), "average of the iterates", ("ax",)),
        State(eta, alpha, "step size of the next step", ("eta",)),
        State(mu, Integer(1), "weight of the next iterate in the average", ("mu",)),
    ),
    equations=(
        Equation(
            x, (1 - decay * eta.prev) * theta.prev - eta.prev * g, "decay and step of the parameter"
        ),
        Equation(a, a.prev + mu.prev * (x - a.prev), "average"),
        Equation(eta, alpha / (1 + decay * alpha * t) ** kappa, "step size"),
        Equation(mu, 1 / Max(1, t - t0), "weight in the average"),
        Equation(theta, x, "update"),
    ),
)  # fmt: skip
