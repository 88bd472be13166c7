"""AdEMAMix with the schedulers of its paper."""

from typing import Final

from sympy import Integer, Interval, Min, Symbol, exp, log, oo

from optimspec.spec.algorithm import Equation, Hyperparameter
from optimspec.spec.algorithms.ademamix import ADEMAMIX, alpha_slow, beta3, m_slow
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import Variable, beta1, t, theta

warmup: Final = Symbol("T_warmup", nonnegative=True)
alpha_now: Final = Variable("alpha_now")
beta_now: Final = Variable("beta_now")

WARMUP: Final = Hyperparameter(
    warmup, "256000", Interval.open(0, oo), "steps until both schedulers end",
    usual="8", tried=("1", "2", "8"),
    exact="4", changed="8",
    keys=("t_alpha_beta3",),
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
    "Relative difference of the displacement: 0.0008 at t = 1, 0.0041 at t = 10, "
    "0.043 at t = 100, 0.31 at t = 1000.",
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
