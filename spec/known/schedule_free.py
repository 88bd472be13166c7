"""What has been made of the schedule-free methods: warm-up, other weights, decay, other forms."""

from typing import Final

from sympy import Interval, Symbol, oo, sqrt

from optimspec.spec.algorithms.adam import v, v_hat
from optimspec.spec.algorithms.schedule_free import (
    SCHEDULE_FREE_ADAMW,
    SCHEDULE_FREE_SGD,
    alpha_max,
    c,
    u,
    w_sum,
    z,
)
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import WEIGHT_DECAY, Hyperparameter
from optimspec.spec.symbols import alpha, beta2, lam, t, theta

_BOTH: Final = frozenset({SCHEDULE_FREE_SGD.name, SCHEDULE_FREE_ADAMW.name})
_ADAMW: Final = frozenset({SCHEDULE_FREE_ADAMW.name})
_PAPER: Final = "https://arxiv.org/abs/2405.15682"
_CODE: Final = "https://github.com/facebookresearch/schedule_free/blob/main/schedulefree"

POWER: Final = Hyperparameter(
    Symbol("r", nonnegative=True), "1", Interval(0, oo), "power of the step in the weights",
    usual="1", tried=("0", "1", "2"),
    exact="1", changed="2",
    keys=("r",),
)  # fmt: skip
RATE_POWER: Final = Hyperparameter(
    Symbol("p", nonnegative=True), "1", Interval(0, oo), "power of the step size in the weights",
    usual="1", tried=("0", "1", "2"),
    exact="1", changed="0",
    keys=("weight_lr_power",),
)  # fmt: skip

SCHEDULE_FREE_WEIGHTS_BY_STEP: Final = Edit(
    id="schedule-free-weights-by-step",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The weights of the average grow as the power r of the step.",
    effect="With r = 1 the later half of the run weighs three quarters of the average. "
    "Relative difference of the displacement: 0 at t = 1, 0.24 at t = 10, "
    "0.25 at t = 100, 0.26 at t = 1000.",
    test="Two steps with a constant step size: the share of the second must be 2^r / (1 + 2^r).",
    seen_in="An option of its authors' code and of pytorch_optimizer.",
    links=(f"{_CODE}/sgd_schedulefree.py",),
    operations=(Substitute(alpha_max**2, t**POWER.symbol * alpha_max**2, within=(w_sum, c)),),
    hyperparameters=(POWER,),
    option="r",
    only=_BOTH,
)

SCHEDULE_FREE_WEIGHTS_BY_RATE: Final = Edit(
    id="schedule-free-weights-by-rate",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The weights of the average are another power of the largest step size so far than "
    "its square.",
    effect="None while the step size stays the same; after a rise by half from one step to the "
    "next, with the power 1, the share of the second step is 0.6 instead of 0.69.",
    test="Two steps, the second with twice the step size.",
    seen_in="An option of its authors' code, of optax and of pytorch_optimizer.",
    links=(
        f"{_CODE}/sgd_schedulefree.py",
        "https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.schedule_free",
    ),
    operations=(Substitute(alpha_max**2, alpha_max**RATE_POWER.symbol, within=(w_sum, c)),),
    hyperparameters=(RATE_POWER,),
    option="weight_lr_power",
    only=_BOTH,
)

SCHEDULE_FREE_CORRECTION_IN_RATE: Final = Edit(
    id="schedule-free-correction-in-rate",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The second moment is not corrected; the step size is multiplied by "
    "sqrt(1 - beta2^t), in the weights of the average and in weight decay too.",
    effect="The weights rise with 1 - beta2^t, so that the average gives the first steps little; "
    "with eps-hat beside, it is the same step of z. "
    "Relative difference of the displacement: 1.5e-06 at t = 1, 0.24 at t = 10, "
    "0.25 at t = 100, 0.22 at t = 1000.",
    test="Three steps with gradients of 1: the shares of z must be 1, 1/2 and 1/3.",
    seen_in="Its authors' code before 1.3, kept as AdamWScheduleFreePaper; reported as a departure "
    "from the paper.",
    links=(
        "https://github.com/facebookresearch/schedule_free/issues/38",
        f"{_CODE}/adamw_schedulefree_paper.py",
    ),
    operations=(
        Replace(v_hat, v),
        Substitute(alpha, alpha * sqrt(1 - beta2**t)),
    ),
    only=_ADAMW,
)

SCHEDULE_FREE_DECAY_AT_Y: Final = Edit(
    id="schedule-free-decay-at-y",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay pulls z by alpha lambda y, where y is the point of the gradient.",
    effect="It goes where the normalised gradient goes: all parameters decay alike. "
    "Relative difference of the displacement: 0.0091 at t = 1, 0.025 at t = 10, "
    "0.085 at t = 100, 0.27 at t = 1000.",
    test="Zero gradients and lambda > 0: the first step must shrink the parameter by "
    "1 - alpha lambda.",
    seen_in="Algorithm 1 of the paper, its authors' code, optax and pytorch_optimizer.",
    links=(_PAPER, f"{_CODE}/adamw_schedulefree.py"),
    operations=(Substitute(u, u + lam * theta.prev, within=(z, theta)),),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=_ADAMW,
)

SCHEDULE_FREE_DECAY_AT_Z: Final = Edit(
    id="schedule-free-decay-at-z",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay shrinks z by the factor 1 - alpha lambda.",
    effect="Much as at y: z and the average come from one start. "
    "Relative difference of the displacement: 0.0091 at t = 1, 0.025 at t = 10, "
    "0.085 at t = 100, 0.27 at t = 1000.",
    test="Zero gradients after a first one: z must shrink by 1 - alpha lambda.",
    seen_in="An option of its authors' reference code, decay_at_z.",
    links=(f"{_CODE}/adamw_schedulefree_reference.py",),
    operations=(Substitute(u, u + lam * z.prev, within=(z, theta)),),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=_ADAMW,
)
