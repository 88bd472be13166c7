"""RMSprop, from Hinton's lecture 6 of "Neural Networks for Machine Learning"."""

from dataclasses import replace
from typing import Final

from sympy import Integer, Interval, Symbol, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State, StepBound
from optimspec.spec.algorithms.adagrad import STEEP
from optimspec.spec.algorithms.adam import v, v_hat
from optimspec.spec.hyperparameters import ALPHA, EPS, Hyperparameter
from optimspec.spec.symbols import alpha, eps, g, theta

rho: Final = Symbol("rho", nonnegative=True)

RHO: Final = Hyperparameter(
    rho, "0.99", Interval.Ropen(0, 1), "decay rate of the mean square",
    tried=("0", "0.5", "0.75", "0.9", "0.99"), decades=(-3, 0),
    exact="0.75", changed="0.5",
    keys=("rho", "alpha", "decay", "decay_rate"),
)  # fmt: skip

LECTURE: Final = Source(
    "Hinton, Srivastava & Swersky, Neural Networks for Machine Learning",
    "lecture 6e; epsilon and the defaults are PyTorch's",
    "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
)

# v_hat is v until an edit centers it or corrects its bias.
RMSPROP: Final = Algorithm(
    name="rmsprop",
    title="RMSprop",
    source=LECTURE,
    hyperparameters=(replace(ALPHA, default="0.01"), RHO, EPS),
    state=(State(v, Integer(0), "mean square of the gradient", ("square_avg", "nu")),),
    equations=(
        Equation(v, rho * v.prev + (1 - rho) * g**2, "mean square of the gradient"),
        Equation(v_hat, v, "what the gradient is divided by the root of"),
        Equation(theta, theta.prev - alpha * g / (sqrt(v_hat) + eps), "update"),
    ),
    step_bound=StepBound(
        bound=1 / sqrt(1 - rho),
        attained_by=STEEP,
        survives=frozenset(
            {
                "initial-mean-square",
                "mean-square-starts-at-one",
                "mean-square-corrected",
                "l2-weight-decay",
                "eps-inside-root",
                "eps-squared-inside-root",
                "maximize",
            }
        ),
    ),
)
