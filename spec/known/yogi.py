"""Yogi otherwise: with bias correction, from other start values, and averaged."""

from typing import Final

from sympy import sqrt

from optimspec.spec.algorithm import State
from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.algorithms.yogi import YOGI
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.known.adagrad import INITIAL, iota
from optimspec.spec.symbols import beta1, beta2, t, theta

_OPTAX: Final = "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.yogi"
_ADDONS: Final = (
    "https://github.com/tensorflow/addons/blob/master/tensorflow_addons/optimizers/yogi.py"
)
_STARTS: Final = "https://github.com/jettify/pytorch-optimizer/issues/77"
_ONLY: Final = frozenset({"yogi"})

_INCREMENT: Final = YOGI[v].rhs - v.prev

YOGI_BIAS_CORRECTED: Final = Edit(
    id="yogi-bias-corrected",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="Both moments are corrected for their bias as in Adam.",
    effect="The first step is alpha g / (|g| + eps) instead of (1-beta1) / sqrt(1-beta2) of that: "
    "0.32 times as long for betas (0.9, 0.999).",
    test="One step from zero state.",
    seen_in="optax and the optimizers of jettify and kozistr; TensorFlow Addons with eps-hat.",
    links=(_OPTAX, _ADDONS, _STARTS),
    operations=(
        Substitute(m, m / (1 - beta1**t), within=(theta,)),
        Substitute(sqrt(v), sqrt(v / (1 - beta2**t)), within=(theta,)),
    ),
    only=_ONLY,
)

YOGI_INITIAL_SECOND_MOMENT: Final = Edit(
    id="yogi-initial-second-moment",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The second moment starts at a number above zero.",
    effect="Gradients smaller than its root lower the moment at first, instead of raising it.",
    test="One step with a gradient that is small beside the root of the number.",
    seen_in="TensorFlow Addons, by the paper's first author: 1e-6. The paper's experiments start "
    "from the mean squared gradient of a batch.",
    links=(_ADDONS, "https://github.com/tensorflow/addons/pull/1077"),
    operations=(),
    hyperparameters=(INITIAL,),
    state=(State(v, iota, "second moment vector"),),
    option="initial_accumulator_value",
    only=_ONLY,
)

YOGI_INITIAL_MOMENTS: Final = Edit(
    id="yogi-initial-moments",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Both moments start at the same number above zero.",
    effect="Without any gradient parameters drift to below: by beta1 iota at first.",
    test="Zero gradients, one step: the parameter must stay, and moves.",
    seen_in="optax and jettify's pytorch-optimizer, which read TensorFlow Addons so; in it only "
    "the second moment starts there.",
    links=(_OPTAX, _STARTS, "https://github.com/jettify/pytorch-optimizer/pull/62"),
    operations=(),
    hyperparameters=(INITIAL,),
    state=(State(m, iota, "first moment vector"), State(v, iota, "second moment vector")),
    option="initial_accumulator_value",
    only=_ONLY,
)

YOGI_SIGNED_SQUARE_AVERAGED: Final = Edit(
    id="yogi-signed-square-averaged",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The signed square is squared again and averaged: v is beta2 v + (1-beta2) g^4.",
    effect="The sign is lost, and steps scale as 1 / |g|.",
    remedy="Subtract (1 - beta2) * sign(v - grad**2) * grad**2 from v.",
    test="The same gradients multiplied by 4, with eps = 0: the steps must not change.",
    seen_in="optax until 2022, fixed.",
    links=("https://github.com/google-deepmind/optax/pull/288",),
    operations=(Replace(v, beta2 * v.prev + (1 - beta2) * (_INCREMENT / (1 - beta2)) ** 2),),
    only=_ONLY,
)
