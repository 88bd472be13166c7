"""Rprop, from Riedmiller & Braun, "A Direct Adaptive Method for Faster Backpropagation Learning".

Only the signs of the gradients count. The paper's Delta is called delta here: every element has a
step size of its own, which grows while its gradient keeps its sign. When the sign changes, the
last step is taken back, and the changed gradient is forgotten, so that the next one does not count
as another change.
"""

from dataclasses import replace
from typing import Final

from sympy import Integer, Interval, Max, Min, Piecewise, Symbol, oo, sign

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, Hyperparameter
from optimspec.spec.symbols import Variable, alpha, g, theta

delta: Final = Variable("delta")
u: Final = Variable("u")
g_kept: Final = Variable("g_kept")
kept_sign: Final = Variable("p")
"""Positive where the gradient has the sign of the one before, negative where it has the other."""

eta_minus: Final = Symbol("eta_minus", positive=True)
eta_plus: Final = Symbol("eta_plus", positive=True)
delta_min: Final = Symbol("delta_min", nonnegative=True)
delta_max: Final = Symbol("delta_max", positive=True)

PAPER: Final = Source(
    "Riedmiller & Braun, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP "
    "Algorithm, ICNN 1993",
    "equations (4) to (6) and the listing of the algorithm",
    "https://doi.org/10.1109/ICNN.1993.298623",
)

GROWN: Final = Min(delta.prev * eta_plus, delta_max)
SHRUNK: Final = Max(delta.prev * eta_minus, delta_min)

RPROP: Final = Algorithm(
    name="rprop",
    title="Rprop",
    source=PAPER,
    names=("Rprop",),
    hyperparameters=(
        replace(ALPHA, default="0.01", meaning="step size at the start, the paper's Delta_0"),
        Hyperparameter(
            eta_minus, "0.5", Interval.open(0, 1), "factor by which step sizes shrink",
            tried=("0.5", "0.25", "0.75"), exact="0.25", changed="0.75",
            keys=("eta_minus", "etaminus"), pair=("etas", 0),
        ),
        Hyperparameter(
            eta_plus, "1.2", Interval.open(1, oo), "factor by which step sizes grow",
            tried=("1.2", "2", "1.5"), exact="1.5", changed="2",
            keys=("eta_plus", "etaplus"), pair=("etas", 1),
        ),
        Hyperparameter(
            delta_min, "1e-6", Interval(0, oo), "smallest step size",
            tried=("1e-6", "0", "1e-3"), exact="1/4096", changed="1/64",
            keys=("min_step_size", "min_step"), pair=("step_sizes", 0),
        ),
        Hyperparameter(
            delta_max, "50", Interval.open(0, oo), "largest step size",
            tried=("50", "1", "0.01"), exact="1/64", changed="1/16",
            keys=("max_step_size", "max_step"), pair=("step_sizes", 1),
        ),
    ),
    state=(
        State(delta, alpha, "step size of every element", ("step_size",)),
        State(u, Integer(0), "last step"),
        State(g_kept, Integer(0), "last gradient, 0 where it changed its sign", ("prev",)),
    ),
    equations=(
        Equation(kept_sign, g * g_kept.prev, "whether the gradient keeps its sign"),
        Equation(
            delta,
            Piecewise((GROWN, kept_sign > 0), (SHRUNK, kept_sign < 0), (delta.prev, True)),
            "step size",
            "equation (4)",
        ),
        Equation(
            u,
            Piecewise((-u.prev, kept_sign < 0), (-sign(g) * delta, True)),
            "step, or the last one taken back",
            "equations (5) and (6)",
        ),
        Equation(
            g_kept,
            Piecewise((Integer(0), kept_sign < 0), (g, True)),
            "gradient to compare the next one with",
        ),
        Equation(theta, theta.prev + u, "update"),
    ),
)  # fmt: skip
