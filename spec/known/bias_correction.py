"""Bias correction left out, or done otherwise."""

from typing import Final

from sympy import Integer

from optimspec.spec.adam import m, m_hat, v, v_hat
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, t

BIAS_CORRECTION_MULTIPLIED: Final = Edit(
    id="bias-correction-multiplied",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The moments are multiplied by 1 - beta^t instead of divided.",
    effect="The first step is 10 times too long for betas (0.9, 0.999), 31 times at t = 100.",
    remedy="Divide by 1 - beta**t.",
    links=("https://github.com/karpathy/convnetjs/pull/107",),
    operations=(
        Replace(m_hat, m * (1 - beta1**t)),
        Replace(v_hat, v * (1 - beta2**t)),
    ),
)

BIAS_CORRECTION_TWICE_COMPLEMENTED: Final = Edit(
    id="bias-correction-twice-complemented",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The bias correction is 1 - (1 - beta^t), that is beta^t.",
    effect="The correction goes to zero with t instead of to one: steps explode or vanish.",
    remedy="Divide by 1 - beta**t.",
    links=("https://github.com/kozistr/AdaBound-tensorflow/issues/3",),
    operations=(
        Substitute(1 - beta1**t, beta1**t, within=(m_hat,)),
        Substitute(1 - beta2**t, beta2**t, within=(v_hat,)),
    ),
)

FIRST_MOMENT_NOT_CORRECTED: Final = Edit(
    id="first-moment-not-corrected",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The first moment is used without its bias correction.",
    effect="The first step is alpha (1-beta1): a tenth of alpha for beta1 = 0.9.",
    remedy="Divide m by 1 - beta1**t.",
    links=("https://github.com/pytorch/pytorch/issues/2060",),
    operations=(Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),),
)

SECOND_MOMENT_NOT_CORRECTED: Final = Edit(
    id="second-moment-not-corrected",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The second moment is used without its bias correction.",
    effect="The first step is alpha / sqrt(1-beta2): 31.6 times alpha for beta2 = 0.999.",
    remedy="Divide v by 1 - beta2**t.",
    links=("https://github.com/pytorch/pytorch/issues/2060",),
    operations=(Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),),
)

NO_BIAS_CORRECTION: Final = Edit(
    id="no-bias-correction",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The moments are used as they are, without bias correction.",
    effect="The first step is alpha (1-beta1) / sqrt(1-beta2) instead of alpha: 3.16 times as long "
    "for betas (0.9, 0.999); the difference fades over 1 / (1-beta2) steps.",
    operations=(
        Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),
        Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),
    ),
    links=(
        "https://ml-explore.github.io/mlx/build/html/python/optimizers/_autosummary/mlx.optimizers.Adam.html",
    ),
    option="bias_correction",
)
