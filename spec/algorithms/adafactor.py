"""Adafactor, from Shazeer & Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost".

Algorithm 4 is for matrices, whose second moments are estimated from the averages of their rows and
columns; Algorithm 5 is for parameters with fewer than two axes. The hyperparameters are those of
Algorithm 6. In the paper the step size relative to the parameter, rho, is at most 0.01; here this
is alpha, as in PyTorch. Sums of rows and columns are written as means: the factors cancel.
"""

from dataclasses import replace
from typing import Final

from sympy import Integer, Interval, Max, Min, Symbol, oo, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.hyperparameters import ALPHA, Hyperparameter
from optimspec.spec.operations import column_mean, rms, row_mean
from optimspec.spec.symbols import Variable, alpha, g, t, theta

r: Final = Variable("r")
c: Final = Variable("c")
v_hat: Final = Variable("v_hat")
u: Final = Variable("u")
u_hat: Final = Variable("u_hat")
rho: Final = Variable("rho")
alpha_hat: Final = Variable("alpha_hat")
beta2_hat: Final = Variable("beta2_hat")

eps1: Final = Symbol("epsilon1", nonnegative=True)
eps2: Final = Symbol("epsilon2", nonnegative=True)
d: Final = Symbol("d", positive=True)
omega: Final = Symbol("omega", nonpositive=True)

_WORK: Final = "Shazeer & Stern, Adafactor, arXiv:1804.04235v1"
_URL: Final = "https://arxiv.org/abs/1804.04235v1"

_SETTINGS: Final = (
    replace(
        ALPHA, default="0.01", exact="1", meaning="largest step size relative to the parameter"
    ),
    Hyperparameter(
        omega, "-0.8", Interval(-oo, 0), "power of t with which the decay rate nears 1",
        tried=("-0.8", "-0.5", "-1", "0"), exact="-1", changed="-0.5",
        keys=("beta2_decay", "decay_rate"),
    ),
    Hyperparameter(
        eps1, "1e-30", Interval(0, oo), "keeps second moments from zero",
        tried=("1e-30", "1e-3", "0.5"), exact="1/1024", changed="0.25",
        keys=("eps1",), pair=("eps", 0),
    ),
    Hyperparameter(
        eps2, "1e-3", Interval(0, oo), "smallest size that a parameter counts for",
        tried=("1e-3", "1", "0"), exact="0.5", changed="2",
        keys=("eps2",), pair=("eps", 1),
    ),
    Hyperparameter(
        d, "1", Interval(1, oo), "root mean square at which updates are clipped",
        tried=("1", "2", "1.5"), exact="1.25", changed="1.5",
        keys=("d", "clip_threshold", "clipping_threshold"),
    ),
)  # fmt: skip

_STEP_SIZES: Final = (
    Equation(rho, Min(alpha, 1 / sqrt(t)), "step size relative to the parameter", "Algorithm 6"),
    Equation(alpha_hat, Max(eps2, rms(theta.prev)) * rho, "step size"),
    Equation(beta2_hat, 1 - t**omega, "decay rate of the second moments", "Algorithm 6"),
)
_CLIPPED_STEP: Final = (
    Equation(u, g / sqrt(v_hat), "update"),
    Equation(u_hat, u / Max(1, rms(u) / d), "clipped update"),
    Equation(theta, theta.prev - alpha_hat * u_hat, "step"),
)

ADAFACTOR: Final = Algorithm(
    name="adafactor",
    title="Adafactor",
    source=Source(_WORK, "Algorithms 4 and 6", _URL),
    names=("Adafactor",),
    hyperparameters=_SETTINGS,
    state=(
        State(r, Integer(0), "second moments of the rows", ("row_var", "exp_avg_sq_row")),
        State(c, Integer(0), "second moments of the columns", ("col_var", "exp_avg_sq_col")),
    ),
    equations=(
        *_STEP_SIZES,
        Equation(
            r, beta2_hat * r.prev + (1 - beta2_hat) * row_mean(g**2 + eps1), "rows' second moments"
        ),
        Equation(
            c,
            beta2_hat * c.prev + (1 - beta2_hat) * column_mean(g**2 + eps1),
            "columns' second moments",
        ),
        Equation(v_hat, r * c / column_mean(r), "second moments of all elements"),
        *_CLIPPED_STEP,
    ),
)

ADAFACTOR_VECTOR: Final = Algorithm(
    name="adafactor-vector",
    title="Adafactor for vectors",
    source=Source(_WORK, "Algorithms 5 and 6", _URL),
    hyperparameters=_SETTINGS,
    state=(State(v_hat, Integer(0), "second moment", ("variance", "exp_avg_sq")),),
    equations=(
        *_STEP_SIZES,
        Equation(v_hat, beta2_hat * v_hat.prev + (1 - beta2_hat) * (g**2 + eps1), "second moment"),
        *_CLIPPED_STEP,
    ),
)
