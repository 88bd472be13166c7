"""Trust ratios of LAMB and LARS that are limited, left out, or taken of something else."""

from typing import Final

from sympy import Integer, Interval, Min, Symbol, oo, sqrt

from optimspec.spec.algorithms.adam import m_hat, v_hat
from optimspec.spec.algorithms.lamb import rho, u
from optimspec.spec.algorithms.lars import zeta
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.known.weight_decay import PENALISED, g_decayed
from optimspec.spec.operations import norm
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, lam, t, theta

_LAMB: Final = frozenset({"lamb"})

_APEX: Final = "https://nvidia.github.io/apex/optimizers.html"
_TIMM: Final = "https://huggingface.co/docs/timm/reference/optimizers"
_KOZISTR: Final = "https://pytorch-optimizers.readthedocs.io/en/latest/optimizer/"
_JETTIFY: Final = "https://pytorch-optimizer.readthedocs.io/en/latest/api.html#lamb"

RATIO: Final = norm(theta.prev) / norm(u)
"""LAMB's trust ratio where no norm is zero."""

LOCAL_RATE: Final = zeta * norm(theta.prev) / (norm(g) + lam * norm(theta.prev))
"""LARS's local learning rate where no norm is zero."""

gamma: Final = Symbol("gamma", nonnegative=True)

CLAMP: Final = Hyperparameter(
    gamma, "10", Interval.open(0, oo), "largest norm of a parameter that counts",
    usual="2", tried=("1", "0.5", "10"), decades=(-1, 1),
    exact="0.5", changed="1",
    keys=("clamp_value", "upper_bound"),
)  # fmt: skip


RATIO_CLIPPED: Final = Edit(
    id="ratio-clipped",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The trust ratio is at most 1: LAMBC.",
    effect="Parameters that are longer than their update take Adam's step.",
    test="A parameter of norm 100 with a gradient of norm 1, one step.",
    seen_in="timm by the option trust_clip.",
    links=(_TIMM, "https://github.com/mosaicml/composer/pull/967"),
    operations=(Substitute(RATIO, Min(RATIO, 1), within=(rho,)),),
    option="trust_clip",
    only=_LAMB,
)

NORM_CLAMPED: Final = Edit(
    id="norm-clamped",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The parameter's norm counts as gamma at most: phi(z) = min(z, gamma).",
    effect="Parameters longer than gamma take shorter steps, a tenth as long for a norm of 100 "
    "and gamma = 10.",
    test="A parameter of norm 100, one step.",
    seen_in="over9000, jettify's and kozistr's pytorch-optimizer and MXNet: 10. The paper leaves "
    "phi open, and takes the identity.",
    links=(_JETTIFY, "https://github.com/mgrankin/over9000/issues/12",
           "https://arxiv.org/abs/1904.00962v5"),
    operations=(
        Substitute(norm(theta.prev), Min(norm(theta.prev), gamma), within=(rho,)),
    ),
    hyperparameters=(CLAMP,),
    option="clamp_value",
    only=_LAMB,
)  # fmt: skip

EPS_IN_RATIO: Final = Edit(
    id="eps-in-ratio",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the norm of the update too.",
    effect="Steps are shorter where the update is about as long as eps.",
    test="eps = 0.5, one step.",
    seen_in="kozistr's pytorch-optimizer.",
    links=(_KOZISTR,),
    operations=(Substitute(1 / norm(u), 1 / (norm(u) + eps), within=(rho,)),),
    only=_LAMB,
)

CORRECTION_OUTSIDE_RATIO: Final = Edit(
    id="correction-outside-ratio",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The bias correction multiplies the step size, outside the trust ratio, which would "
    "cancel it.",
    effect="Steps are sqrt(1-beta2^t) / (1-beta1^t) times as long: 0.316 times for betas "
    "(0.9, 0.999) at the first step, 0.153 times at the tenth.",
    remedy="Correct the moments before the trust ratio is taken.",
    test="lambda = 0: ||step|| / (alpha ||theta||) must be 1.",
    seen_in="jettify's pytorch-optimizer with debias, open; bitsandbytes; mlx-optimizers, fixed; "
    "fastai's.",
    aliases=("lamb-bias-correction-versions",),
    links=(
        "https://github.com/jettify/pytorch-optimizer/issues/443",
        "https://github.com/stockeh/mlx-optimizers/issues/36",
        "https://github.com/stockeh/mlx-optimizers/pull/39",
        "https://github.com/fastai/swiftai/pull/13",
    ),
    operations=(
        Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),
        Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),
        Substitute(alpha, alpha * sqrt(1 - beta2**t) / (1 - beta1**t), within=(theta,)),
    ),
    only=_LAMB,
)

FIRST_CORRECTION_OUTSIDE_RATIO: Final = Edit(
    id="first-correction-outside-ratio",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The first moment's bias correction divides the step size, outside the trust ratio, "
    "and the second moment is not corrected.",
    effect="The first step is 1 / (1-beta1) times as long: 10 alpha ||theta|| for beta1 = 0.9, and "
    "1.5 times at the tenth.",
    remedy="Correct the moments before the trust ratio is taken.",
    test="lambda = 0: ||step|| / (alpha ||theta||) must be 1.",
    seen_in="kozistr's pytorch-optimizer 4.1.0, unless adam_debias is given.",
    links=(_KOZISTR,),
    operations=(
        Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),
        Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),
        Substitute(alpha, alpha / (1 - beta1**t), within=(theta,)),
    ),
    only=_LAMB,
)

DECAY_IN_MOMENTS: Final = Edit(
    id="decay-in-moments",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay is added to the gradient and passes through the moments.",
    effect="It is divided by the size of the gradients before the trust ratio is taken.",
    test="Zero gradients and lambda > 0: the first moment must stay 0.",
    seen_in="apex with adam_w_mode=False. By mistake: cybertronai's LAMB until 2019.",
    links=(_APEX, "https://github.com/cybertronai/pytorch-lamb/issues/3"),
    operations=(
        Substitute(lam, Integer(0), within=(u,)),
        Substitute(g, g_decayed),
        Insert(PENALISED),
    ),
    only=_LAMB,
)
