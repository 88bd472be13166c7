"""AMSGrad: the second moment that is divided by never shrinks. Three rules go by the name."""

from typing import Final

from sympy import Integer, Max

from optimspec.spec.adam import m, m_hat, v, v_hat
from optimspec.spec.algorithm import Equation, State
from optimspec.spec.edit import Edit, Insert, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import Variable, beta2, t

v_max: Final = Variable("v_max")

_LARGEST: Final = Equation(v_max, Max(v_max.prev, v), "largest second moment so far")

AMSGRAD: Final = Edit(
    id="amsgrad",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The update divides by the root of the largest second moment so far, bias-corrected "
    "for the current step: AMSGrad as PyTorch and Keras have it.",
    effect="Steps do not grow again after large gradients; the same as Adam while v grows.",
    test="Gradients that shrink: one of 1, then ten of 0.01.",
    seen_in="PyTorch, TensorFlow and Keras.",
    links=(
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",
        "https://github.com/online-ml/river/pull/185",
    ),
    operations=(
        Insert(_LARGEST, before=m_hat),
        Substitute(v, v_max, within=(v_hat,)),
    ),
    state=(State(v_max, Integer(0), "largest second moment so far"),),
    option="amsgrad",
)

AMSGRAD_AFTER_CORRECTION: Final = Edit(
    id="amsgrad-after-correction",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="AMSGrad with the maximum taken over bias-corrected second moments, as optax has it.",
    effect="The first gradients, which the correction makes weigh most, dominate the maximum: "
    "steps are 10 % shorter at t = 10 and 19 to 38 % after 100 steps of shrinking gradients.",
    test="Gradients that shrink, beta2 = 0.999, two steps or more.",
    seen_in="optax; the documentation of PyTorch up to 2.5, whose code does otherwise.",
    links=(
        "https://github.com/google-deepmind/optax/issues/1389",
        "https://github.com/google-deepmind/optax/pull/1423",
        "https://github.com/pytorch/pytorch/issues/142323",
        "https://github.com/pytorch/pytorch/pull/142351",
    ),
    operations=(Replace(v_hat, Max(v_hat.prev, v / (1 - beta2**t))),),
    state=(State(v_hat, Integer(0), "largest bias-corrected second moment so far"),),
    option="amsgrad",
)

AMSGRAD_OF_THE_PAPER: Final = Edit(
    id="amsgrad-of-the-paper",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="AMSGrad as its paper states it: the largest second moment, and no bias correction.",
    effect="The first step is (1-beta1) / sqrt(1-beta2) alpha: 3.16 alpha for betas (0.9, 0.999).",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="Reddi, Kale & Kumar, Algorithm 2.",
    links=("https://openreview.net/forum?id=ryQu7f-RZ",),
    operations=(
        Replace(m_hat, m),
        Replace(v_hat, Max(v_hat.prev, v)),
    ),
    state=(State(v_hat, Integer(0), "largest second moment so far"),),
    option="amsgrad",
)
