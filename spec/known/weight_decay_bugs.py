"""Weight decay that is lost, turned round, or not what was promised."""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.known.weight_decay import PENALISED, g_decayed
from optimspec.spec.symbols import alpha, beta1, beta2, g, lam, t, theta

_KEPT: Final = 1 - alpha * lam

WEIGHT_DECAY_IGNORED: Final = Edit(
    id="weight-decay-ignored",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="The weight decay coefficient is accepted and has no effect.",
    effect="Parameters do not decay. "
    "Relative difference of the displacement: 0.0092 at t = 1, 0.023 at t = 10, "
    "0.092 at t = 100, 0.3 at t = 1000.",
    remedy="Use lambda in the update, or refuse it.",
    test="Runs with lambda = 0 and lambda = 0.1: they must differ.",
    seen_in="SignSGD of pytorch_optimizer, MLX's SGD without momentum and OneFlow's RMSprop, "
    "fixed; Paddle's Adam of 2017; tinygrad's Muon and LARS.",
    aliases=("weight-decay-silently-ignored",),
    links=(
        "https://github.com/kozistr/pytorch_optimizer/issues/517",
        "https://github.com/tinygrad/tinygrad/pull/17708",
        "https://github.com/PaddlePaddle/Paddle/issues/5836",
        "https://github.com/ml-explore/mlx/pull/473",
        "https://github.com/Oneflow-Inc/oneflow/pull/5755",
    ),
    operations=(Substitute(lam, Integer(0)),),
)

WEIGHT_DECAY_SIGN: Final = Edit(
    id="weight-decay-sign",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="The weight decay has the opposite sign: parameters grow.",
    effect="Parameters grow by the factor 1 + alpha lambda a step, exponentially, where they "
    "should shrink. "
    "Relative difference of the displacement: 0.018 at t = 1, 0.046 at t = 10, "
    "0.18 at t = 100, 0.61 at t = 1000.",
    remedy="Add lambda theta to the gradient, or shrink the parameter; with maximize, turn the "
    "gradient's sign first.",
    test="Zero gradients and lambda > 0: the parameter must shrink, with and without maximize.",
    seen_in="Chainer in 2015, fixed; for SGD with maximize the documentation of PyTorch, whose "
    "code is right.",
    links=(
        "https://github.com/chainer/chainer/issues/261",
        "https://github.com/pytorch/pytorch/issues/149476",
    ),
    operations=(Substitute(lam, -lam),),
)

ADAMW_ACTUALLY_L2: Final = Edit(
    id="adamw-actually-l2",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="AdamW adds the weight decay to the gradient, as Adam does: it is not decoupled.",
    effect="The decay of a parameter is divided by the size of its gradients. "
    "Relative difference of the displacement: 0.0092 at t = 1, 0.01 at t = 10, "
    "0.0098 at t = 100, 0.0077 at t = 1000.",
    remedy="Shrink the parameter by 1 - alpha lambda, and leave the gradient alone.",
    test="Zero gradients and lambda > 0: the first moment must stay 0.",
    seen_in="nntrainer until 2025, fixed. Said of fastai and Keras, where it is not so.",
    links=(
        "https://github.com/nntrainer/nntrainer/pull/3565",
        "https://github.com/nntrainer/nntrainer/pull/3527",
        "https://github.com/fastai/fastai/issues/2368",
    ),
    operations=(
        Substitute(_KEPT, Integer(1), within=(theta,)),
        Insert(PENALISED, before=m),
        Substitute(g, g_decayed, within=(m, v)),
    ),
    only=frozenset({"adamw"}),
)

DECAY_WITHOUT_PARAMETER: Final = Edit(
    id="decay-without-parameter",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="alpha lambda is subtracted from the parameter, instead of alpha lambda times the "
    "parameter.",
    effect="Every parameter drifts by alpha lambda a step to below, whatever its sign and size. "
    "Relative difference of the displacement: 0.013 at t = 1, 0.033 at t = 10, "
    "0.13 at t = 100, 0.43 at t = 1000.",
    remedy="Multiply the weight decay by the parameter.",
    test="Zero gradients, lambda > 0 and a negative parameter: it must approach 0.",
    seen_in="The AdamW of R's torchopt until 2023, fixed.",
    links=("https://github.com/e-sensing/torchopt/pull/14",),
    operations=(Substitute(_KEPT * theta.prev, theta.prev - alpha * lam, within=(theta,)),),
)

BIAS_CORRECTION_LEAKS_INTO_WEIGHT_DECAY: Final = Edit(
    id="bias-correction-leaks-into-weight-decay",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="The bias correction that is folded into the step size scales the weight decay too.",
    effect="The decay is sqrt(1-beta2^t) / (1-beta1^t) times as strong: 0.316 for betas "
    "(0.9, 0.999) at the first step, 0.15 at t = 10. "
    "Relative difference of the displacement: 0.0063 at t = 1, 0.019 at t = 10, "
    "0.071 at t = 100, 0.13 at t = 1000.",
    remedy="Decay with alpha, update with the corrected step size.",
    test="Zero gradients and lambda > 0, one step: the parameter must shrink by 1 - alpha lambda.",
    seen_in="OneFlow's eager mode until 2021, fixed; schedule_free has the second correction in "
    "the decay on purpose, as a warmup.",
    links=(
        "https://github.com/Oneflow-Inc/oneflow/pull/5960",
        "https://github.com/facebookresearch/schedule_free/issues/38",
    ),
    operations=(Substitute(lam, lam * sqrt(1 - beta2**t) / (1 - beta1**t), within=(theta,)),),
    only=frozenset({"adam", "adamw"}),
)
