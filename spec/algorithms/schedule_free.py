"""Schedule-free SGD and AdamW, from Defazio et al., "The Road Less Scheduled".

The parameter is the point y at which gradients are taken. Training moves z; what is evaluated is
the average x, with y = (1 - beta) z + beta x.
"""

from dataclasses import replace
from typing import Final

from sympy import Eq, Expr, Integer, Interval, Max, Piecewise, sqrt

from optimspec.spec.algorithm import Algorithm, Equation, Source, State
from optimspec.spec.algorithms.adam import ADAM, v, v_hat
from optimspec.spec.hyperparameters import ALPHA, BETA1, BETA2, EPS, MU
from optimspec.spec.symbols import Variable, alpha, beta1, eps, g, mu, theta

z: Final = Variable("z")
u: Final = Variable("u")
c: Final = Variable("c")
w_sum: Final = Variable("w_sum")
alpha_max: Final = Variable("alpha_max")

_CODE: Final = "https://github.com/facebookresearch/schedule_free/blob/main/schedulefree"
_WORK: Final = "Defazio et al., The Road Less Scheduled, arXiv:2405.15682, and schedulefree 1.4.1"

_STATE: Final = (
    State(z, theta.prev, "point that training moves", ("z",)),
    State(alpha_max, Integer(0), "largest step size so far"),
    State(w_sum, Integer(0), "sum of the weights of the average"),
)
_WEIGHTS: Final = (
    Equation(alpha_max, Max(alpha_max.prev, alpha), "largest step size so far"),
    Equation(w_sum, w_sum.prev + alpha_max**2, "sum of the weights"),
    Equation(
        c, Piecewise((Integer(0), Eq(w_sum, 0)), (alpha_max**2 / w_sum, True)), "share of the new z"
    ),
)


def _moves(beta: Expr, direction: Expr) -> tuple[Equation, Equation]:
    """How z moves along a direction, and what it makes of y."""
    return (
        Equation(z, z.prev - alpha * direction, "step of z"),
        Equation(
            theta,
            (1 - c) * theta.prev + c * z.prev - alpha * (1 - beta * (1 - c)) * direction,
            "y between the new z and the new average, which is never computed",
        ),
    )


SCHEDULE_FREE_SGD: Final = Algorithm(
    name="schedule-free-sgd",
    title="Schedule-free SGD",
    source=Source(
        _WORK, "equations (3) to (5), weights as in the code", f"{_CODE}/sgd_schedulefree.py"
    ),
    hyperparameters=(
        replace(ALPHA, default="1"),
        replace(MU, meaning="share of the average in y"),
    ),
    state=_STATE,
    equations=(*_WEIGHTS, *_moves(mu, g)),
    names=("SGDScheduleFree", "ScheduleFreeSGD"),
)

SCHEDULE_FREE_ADAMW: Final = Algorithm(
    name="schedule-free-adamw",
    title="Schedule-free AdamW",
    source=Source(
        _WORK,
        "Algorithm 1 without warmup and decay, bias correction and weights as in the code",
        f"{_CODE}/adamw_schedulefree.py",
    ),
    hyperparameters=(
        replace(ALPHA, default="0.0025"),
        replace(BETA1, domain=Interval.open(0, 1), meaning="share of the average in y"),
        BETA2,
        EPS,
    ),
    state=(State(v, Integer(0), "second moment vector", ("exp_avg_sq",)), *_STATE),
    equations=(
        Equation(v, ADAM[v].rhs, "average square of the gradients"),
        Equation(v_hat, ADAM[v_hat].rhs, "bias-corrected average square"),
        Equation(u, g / (sqrt(v_hat) + eps), "normalised gradient"),
        *_WEIGHTS,
        *_moves(beta1, u),
    ),
    names=("AdamWScheduleFree", "ScheduleFreeAdamW"),
)
