"""Adafactor's eps in another place, its step sizes in other dialects, and with momentum."""

from typing import Final

from sympy import Integer, Max, Rational, sqrt

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.algorithms.adafactor import (
    ADAFACTOR,
    ADAFACTOR_VECTOR,
    alpha_hat,
    eps1,
    r,
    rho,
    u,
    u_hat,
    v_hat,
)
from optimspec.spec.algorithms.adam import m
from optimspec.spec.edit import Edit, Insert, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import BETA1
from optimspec.spec.matching import IfPossible
from optimspec.spec.operations import column_mean
from optimspec.spec.symbols import alpha, beta1, g, theta

_BOTH: Final = frozenset({ADAFACTOR.name, ADAFACTOR_VECTOR.name})
_PYTORCH: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html"
_T2T: Final = "https://github.com/tensorflow/tensor2tensor/pull/1126"

EPS_CLAMPS: Final = Edit(
    id="adafactor-eps-clamps",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps1 is not added to the squares: it is the least that the rows' mean and the root "
    "of the second moment are taken for.",
    effect="eps1 has the size of a gradient, not of its square. Gradients below it are divided by "
    "eps1 itself; those above it do not notice it.",
    test="eps1 = 0.5 and gradients of size 1, one step.",
    seen_in="PyTorch, documented, with the machine epsilon as the default.",
    links=(_PYTORCH, "https://github.com/pytorch/pytorch/pull/129905"),
    operations=(
        Substitute(g**2 + eps1, g**2),
        IfPossible(Substitute(1 / column_mean(r), 1 / Max(column_mean(r), eps1))),
        Substitute(1 / sqrt(v_hat), 1 / Max(sqrt(v_hat), eps1), within=(u,)),
    ),
    only=_BOTH,
)

LR_IGNORED: Final = Edit(
    id="adafactor-relative-step",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The learning rate is not used: the relative step size is at most 0.01, as the paper "
    "has it.",
    effect="Nothing that is done to the learning rate has an effect.",
    test="Two learning rates below 0.01, one step.",
    seen_in="Tensor2Tensor, fairseq and Hugging Face's relative_step, where it is by design and "
    "has been reported as a mistake ever since.",
    aliases=("adafactor-hidden-lr-scaling",),
    links=(
        "https://arxiv.org/abs/1804.04235v1",
        "https://github.com/jettify/pytorch-optimizer/issues/535",
        "https://github.com/facebookresearch/ParlAI/pull/2443",
        "https://github.com/huggingface/transformers/issues/11612",
    ),
    operations=(Substitute(alpha, Rational(1, 100), within=(rho,)),),
    option="relative_step",
    only=_BOTH,
)

ABSOLUTE_STEP: Final = Edit(
    id="adafactor-absolute-step",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The learning rate is used as it is, not limited by 1 / sqrt(t).",
    effect="None for a learning rate alpha before step 1 / alpha^2; larger steps from there on.",
    test="A learning rate of 1 and two steps.",
    seen_in="Hugging Face without relative_step; optax, where a learning rate has to be given.",
    links=(
        "https://github.com/huggingface/transformers/issues/11612",
        "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adafactor",
    ),
    operations=(Replace(rho, alpha),),
    only=_BOTH,
)

NO_PARAMETER_SCALE: Final = Edit(
    id="adafactor-without-parameter-scale",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The step size is not multiplied by the size of the parameter.",
    effect="Steps are 1 / rms(theta) times as long: 10 times for parameters of 0.1.",
    test="Parameters of 0.1 and of 10 with equal gradients: their steps must have the same size.",
    seen_in="Hugging Face and Tensor2Tensor, as an option.",
    links=("https://github.com/jettify/pytorch-optimizer/issues/535",),
    operations=(Replace(alpha_hat, rho),),
    option="scale_parameter",
    only=_BOTH,
)

_MOMENTUM: Final = State(m, Integer(0), "average of the updates", ("exp_avg",))

MOMENTUM_INSIDE: Final = Edit(
    id="adafactor-momentum-of-steps",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="With beta1, steps are averaged: each clipped update with the step size of its time.",
    effect="When the step size falls, old updates keep their old, larger sizes for another "
    "1 / (1-beta1) steps.",
    test="beta1 = 0.5 and two steps, between which the parameter changes its size.",
    seen_in="Tensor2Tensor, fairseq, Hugging Face and optax; reported as a mistake, and kept.",
    aliases=("adafactor-beta1-accumulates-update",),
    links=(
        _T2T,
        "https://github.com/huggingface/transformers/issues/34506",
        "https://github.com/facebookresearch/fairseq/issues/5561",
    ),
    operations=(
        Insert(
            Equation(m, beta1 * m.prev + (1 - beta1) * alpha_hat * u_hat, "average of the steps"),
            before=theta,
        ),
        Substitute(-alpha_hat * u_hat, -m, within=(theta,)),
    ),
    hyperparameters=(BETA1,),
    state=(_MOMENTUM,),
    option="beta1",
    only=_BOTH,
)

MOMENTUM_OUTSIDE: Final = Edit(
    id="adafactor-momentum-of-updates",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="With beta1, clipped updates are averaged, and the average gets the step size.",
    effect="A change of the step size acts at once.",
    test="beta1 = 0.5 and two steps, between which the parameter changes its size.",
    seen_in="Proposed for Hugging Face in the place of its own form.",
    links=("https://github.com/huggingface/transformers/issues/34506",),
    operations=(
        Insert(
            Equation(m, beta1 * m.prev + (1 - beta1) * u_hat, "average of the updates"),
            before=theta,
        ),
        Substitute(u_hat, m, within=(theta,)),
    ),
    hyperparameters=(BETA1,),
    state=(_MOMENTUM,),
    option="beta1",
    only=_BOTH,
)
