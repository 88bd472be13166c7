"""Warm-up: step sizes and weights that rise during the first steps."""

from typing import Final

from sympy import Integer, Interval, Min, Symbol, exp, log, oo

from optimspec.spec.algorithm import Equation
from optimspec.spec.algorithms.ademamix import ADEMAMIX, alpha_slow, beta3, m_slow
from optimspec.spec.algorithms.schedule_free import (
    SCHEDULE_FREE_ADAMW,
    SCHEDULE_FREE_SGD,
    alpha_max,
    z,
)
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import Variable, alpha, beta1, t, theta

_SCHEDULE_FREE: Final = frozenset({SCHEDULE_FREE_SGD.name, SCHEDULE_FREE_ADAMW.name})

warmup: Final = Symbol("T_warmup", nonnegative=True)
alpha_now: Final = Variable("alpha_now")
beta_now: Final = Variable("beta_now")

WARMUP: Final = Hyperparameter(
    warmup, "1000", Interval.open(0, oo), "steps until a scheduler ends",
    usual="8", tried=("1", "2", "8"),
    exact="4", changed="8",
    keys=("warmup_steps", "t_alpha_beta3"),
)  # fmt: skip

_SHARE: Final = t / warmup
_BETWEEN: Final = exp(log(beta1) * log(beta3) / ((1 - _SHARE) * log(beta3) + _SHARE * log(beta1)))

ADEMAMIX_SCHEDULERS: Final = Edit(
    id="ademamix-schedulers",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="For the first T steps the weight of the slow average rises from 0, and its decay "
    "rate from beta1, evenly in the half-life of a gradient in it.",
    effect="The slow average, which starts empty and is not corrected, weighs nothing at first: it "
    "cannot carry the first gradients through all of a run. "
    "Relative difference of the displacement: 0.0004 at t = 1, 0.0034 at t = 10, "
    "0.21 at t = 100, 4.6 at t = 1000.",
    test="One step: it must be Adam's, but for a share 1 / T of the weight.",
    seen_in="Algorithm 1 of the paper; pytorch_optimizer, whose t_alpha_beta3 is T; its authors' "
    "code, with an argument for each of the two, and 1e-8 added to each rate under the logarithm.",
    links=(
        "https://arxiv.org/abs/2409.03137v2",
        "https://github.com/apple/ml-ademamix/blob/main/pytorch/ademamix.py",
    ),
    operations=(
        Insert(Equation(alpha_now, Min(_SHARE, Integer(1)) * alpha_slow, "weight at this step")),
        Insert(Equation(beta_now, Min(_BETWEEN, beta3), "decay rate at this step")),
        Substitute(beta3, beta_now, within=(m_slow,)),
        Substitute(alpha_slow, alpha_now, within=(theta,)),
    ),
    hyperparameters=(WARMUP,),
    option="t_alpha_beta3",
    only=frozenset({ADEMAMIX.name}),
)

SCHEDULE_FREE_WARMUP: Final = Edit(
    id="schedule-free-warmup",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="For the first T steps the step size rises evenly from alpha / T.",
    effect="The first steps are small, and the average gives them the small weights of their step "
    "sizes. "
    "Relative difference of the displacement: 1 at t = 1, 0.99 at t = 10, "
    "0.96 at t = 100, 0.73 at t = 1000.",
    test="Zero state and a gradient of 1: the first step must be alpha / T of that without.",
    seen_in="Algorithm 1 of the paper, its authors' code and pytorch_optimizer.",
    links=(
        "https://arxiv.org/abs/2405.15682",
        "https://github.com/facebookresearch/schedule_free/blob/main/schedulefree/adamw_schedulefree.py",
    ),
    operations=(Substitute(alpha, alpha * Min(Integer(1), t / warmup)),),
    hyperparameters=(WARMUP,),
    option="warmup_steps",
    only=_SCHEDULE_FREE,
)

SCHEDULE_FREE_WARMUP_OFFSET: Final = Edit(
    id="schedule-free-warmup-offset",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="During warm-up z moves by the step size of the step before, and the average weighs "
    "by that of its own step: two counters, of which one starts from 0 and one from 1.",
    effect="The first step does nothing, and every one up to step T is alpha / T too short.",
    remedy="Read the schedule once in each step, for both.",
    test="Two steps with T = 2 and gradients of 1: the first must move the parameter.",
    seen_in="optax's schedule_free_sgd and schedule_free_adamw with warmup_steps, open.",
    links=("https://github.com/google-deepmind/optax/pull/1744",),
    operations=(
        Substitute(alpha, alpha * Min(Integer(1), t / warmup), within=(alpha_max,)),
        Substitute(alpha, alpha * Min(Integer(1), (t - 1) / warmup), within=(z, theta)),
    ),
    hyperparameters=(WARMUP,),
    only=_SCHEDULE_FREE,
)
