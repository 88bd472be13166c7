"""Bias correction done otherwise."""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import State
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, t, theta

_FIRST: Final = 1 - beta1**t
_SECOND: Final = 1 - beta2**t

BIAS_CORRECTION_MULTIPLIED: Final = Edit(
    id="bias-correction-multiplied",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The moments are multiplied by 1 - beta^t instead of divided.",
    effect="The first step is 10 times too long for betas (0.9, 0.999), 43 times at t = 10. "
    "Relative difference of the displacement: 9 at t = 1, 29 at t = 10, "
    "26 at t = 100, 9 at t = 1000.",
    remedy="Divide by 1 - beta**t.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="convnetjs, open since 2016, and its ports to other languages.",
    aliases=("convnetjs-bias-multiply",),
    links=(
        "https://github.com/karpathy/convnetjs/pull/107",
        "https://github.com/karpathy/convnetjs/pull/70",
    ),
    operations=(
        Substitute(1 / _FIRST, _FIRST, within=(m_hat,)),
        Substitute(1 / _SECOND, _SECOND, within=(v_hat,)),
    ),
)

BIAS_CORRECTION_TWICE_COMPLEMENTED: Final = Edit(
    id="bias-correction-twice-complemented",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The bias correction is 1 - (1 - beta^t), that is beta^t.",
    effect="The correction goes to zero with t instead of to one: steps explode or vanish. "
    "Relative difference of the displacement: 2.5 at t = 1, 8.9 at t = 10, "
    "1.8e+04 at t = 100, 2.4e+44 at t = 1000.",
    remedy="Divide by 1 - beta**t.",
    test="A constant gradient: the steps must all be alpha long.",
    seen_in="AdaBound-tensorflow, in the second correction, and AdamG of pytorch_optimizer; both "
    "fixed.",
    aliases=("bias-correction-double-one-minus",),
    links=(
        "https://github.com/kozistr/AdaBound-tensorflow/issues/3",
        "https://github.com/kozistr/pytorch_optimizer/pull/308",
        "https://github.com/kozistr/pytorch_optimizer/issues/305",
    ),
    operations=(
        Substitute(_FIRST, beta1**t, within=(m_hat,)),
        Substitute(_SECOND, beta2**t, within=(v_hat,)),
    ),
)

BIAS_CORRECTION_POWER_MISPLACED: Final = Edit(
    id="bias-correction-power-misplaced",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The bias correction is (1 - beta)^t instead of 1 - beta^t.",
    effect="The first step is right; in the limit each is sqrt(1-beta2) / (1-beta1) times its "
    "predecessor, 0.316 for betas (0.9, 0.999): parameters soon stop, and turn NaN when the powers "
    "underflow. "
    "Relative difference of the displacement: 0 at t = 1, 0.78 at t = 10, "
    "0.94 at t = 100, nan at t = 1000.",
    remedy="Raise beta to the power t before subtracting it from 1.",
    test="A constant gradient: the steps must all be alpha long.",
    seen_in="Asked for in a report on PennyLane, whose code was right; the report was withdrawn.",
    links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    operations=(
        Substitute(_FIRST, (1 - beta1) ** t, within=(m_hat,)),
        Substitute(_SECOND, (1 - beta2) ** t, within=(v_hat,)),
    ),
)

BIAS_CORRECTION_KEPT: Final = Edit(
    id="bias-correction-kept",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The moments are corrected in place, so that the corrected ones enter the next step.",
    effect="The corrections of v pile up: steps vanish after the third, a thousandth as long at "
    "t = 4 for betas (0.9, 0.999) and a constant gradient. "
    "Relative difference of the displacement: 0 at t = 1, 0.82 at t = 10, "
    "0.95 at t = 100, 0.99 at t = 1000.",
    remedy="Put the corrected moments into variables of their own.",
    test="Two steps or more; the first is right.",
    seen_in="The RAdam of holocron, fixed.",
    links=("https://github.com/frgfm/holocron/issues/1",),
    operations=(
        Substitute(m.prev, m_hat.prev, within=(m,)),
        Substitute(v.prev, v_hat.prev, within=(v,)),
    ),
    state=(
        State(m_hat, Integer(0), "corrected first moment"),
        State(v_hat, Integer(0), "corrected second moment"),
    ),
)

BIAS_CORRECTED_TWICE: Final = Edit(
    id="bias-corrected-twice",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The bias is corrected in the moments and once more in the step size.",
    effect="Steps are sqrt(1-beta2^t) / (1-beta1^t) times as long: 0.316 for betas (0.9, 0.999) at "
    "the first step, 0.15 at t = 10. "
    "Relative difference of the displacement: 0.68 at t = 1, 0.8 at t = 10, "
    "0.79 at t = 100, 0.47 at t = 1000.",
    remedy="Correct either the moments or the step size.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="The documentation of PennyLane before 0.20, fixed.",
    links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    operations=(Substitute(m_hat, m_hat * sqrt(_SECOND) / _FIRST, within=(theta,)),),
)

SECOND_CORRECTION_ROOTED: Final = Edit(
    id="second-correction-rooted",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The second moment is divided by the root of its bias correction, and the root is "
    "taken again afterwards.",
    effect="Steps are (1-beta2^t)^(-1/4) times as long: 5.6 times at the first step for "
    "beta2 = 0.999. "
    "Relative difference of the displacement: 4.6 at t = 1, 3.2 at t = 10, "
    "1.8 at t = 100, 0.69 at t = 1000.",
    remedy="Divide v by 1 - beta2**t, or its root by the root of that.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="A draft of PyTorch's C++ Adam, found in review.",
    links=("https://github.com/pytorch/pytorch/pull/23737",),
    operations=(Substitute(_SECOND, sqrt(_SECOND), within=(v_hat,)),),
)
