"""AMSGrad: the second moment that is divided by never shrinks. Three rules go by the name."""

from typing import Final

from sympy import Integer, Max, sqrt

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
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
    effect="Steps do not grow again after large gradients; the same as Adam while v grows. "
    "Relative difference of the displacement: 0 at t = 1, 2.6e-05 at t = 10, "
    "6.8e-05 at t = 100, 0.00043 at t = 1000.",
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
    "steps are a fifth shorter from t = 100 on. "
    "Relative difference of the displacement: 0 at t = 1, 0.16 at t = 10, "
    "0.21 at t = 100, 0.25 at t = 1000.",
    test="Gradients that shrink, beta2 = 0.999, two steps or more.",
    seen_in="optax; the documentation of PyTorch up to 2.5, whose code does otherwise.",
    aliases=("amsgrad-max-before-or-after-correction",),
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
    effect="The first step is (1-beta1) / sqrt(1-beta2) alpha: 3.16 alpha for betas (0.9, 0.999). "
    "Relative difference of the displacement: 2.2 at t = 1, 4.3 at t = 10, "
    "4 at t = 100, 1.6 at t = 1000.",
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

AMSGRAD_MAXIMUM_ROOTED: Final = Edit(
    id="amsgrad-maximum-rooted",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="AMSGrad with the root taken in place: the root of the maximum is stored, and "
    "compared with the next second moment.",
    effect="Second moments are small numbers, and their roots are larger: the maximum grows to 1, "
    "and the steps shrink to nothing. "
    "Relative difference of the displacement: 0 at t = 1, 0.75 at t = 10, "
    "0.78 at t = 100, 0.46 at t = 1000.",
    remedy="Take the root into a temporary.",
    test="Two steps; the first is right.",
    seen_in="Drafts of PyTorch's SparseAdam, found in review.",
    aliases=("sparseadam-amsgrad-state",),
    links=(
        "https://github.com/pytorch/pytorch/pull/4034",
        "https://github.com/pytorch/pytorch/pull/4314",
    ),
    operations=(
        Insert(
            Equation(v_max, sqrt(Max(v_max.prev, v)), "root of the largest second moment"),
            before=m_hat,
        ),
        Substitute(v, v_max**2, within=(v_hat,)),
    ),
    state=(State(v_max, Integer(0), "root of the largest second moment"),),
)

AMSGRAD_IGNORED: Final = Edit(
    id="amsgrad-ignored",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="amsgrad is accepted and has no effect, or the maximum is taken and not stored, "
    "which comes to the same.",
    effect="The optimizer is Adam, whose steps grow again after large gradients: 5 % at "
    "t = 100 and half as long again at t = 900, where the first gradient is 100 times the others. "
    "Relative difference of the displacement: 0 at t = 1, 2.6e-05 at t = 10, "
    "6.8e-05 at t = 100, 0.00043 at t = 1000.",
    remedy="Store the maximum, and divide by its root.",
    test="A gradient of 1, then ten of 0.01, with and without amsgrad: the runs must differ.",
    seen_in="PyTorch's multi-tensor Adam and AdamW until 2022, fixed; bitsandbytes, open.",
    aliases=("foreach-amsgrad-max-not-stored", "flags-silently-ignored"),
    links=(
        "https://github.com/pytorch/pytorch/issues/78807",
        "https://github.com/pytorch/pytorch/pull/82523",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/pull/2088",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/issues/1261",
    ),
    operations=(Substitute(v_max, v, within=(v_hat,)),),
)
