"""Nadam: the momenta by which the first moment is corrected and looked ahead."""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithms.adam import m, m_hat, v, v_hat
from optimspec.spec.algorithms.nadam import mu, mu_next, mu_product, psi
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, g, t

_ONLY: Final = frozenset({"nadam"})

NADAM_OF_THE_WORKSHOP: Final = Edit(
    id="nadam-of-the-workshop",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Nadam as the workshop paper states it: the first moment decays with mu_t instead "
    "of beta1, and the corrected second moment is multiplied by beta2.",
    effect="The weights of the first moment then match its correction. The factor beta2 makes "
    "every step 1 / sqrt(beta2) times as long, 0.05 % for beta2 = 0.999; nobody says why. "
    "Relative difference of the displacement: 0.24 at t = 1, 0.3 at t = 10, "
    "0.096 at t = 100, 0.032 at t = 1000.",
    test="Two steps with different gradients; beta2 = 0.75.",
    seen_in="Algorithm 2 of the workshop paper of 2016; the report of 2015 and its author's code "
    "have no such factor.",
    links=(
        "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
        "https://github.com/tdozat/Optimization/issues/3",
        "https://github.com/google-deepmind/optax/pull/719",
    ),
    operations=(
        Substitute(beta1, mu, within=(m,)),
        Substitute(v, beta2 * v, within=(v_hat,)),
    ),
    only=_ONLY,
)

NADAM_CONSTANT_MOMENTUM: Final = Edit(
    id="nadam-constant-momentum",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is beta1 at every step, with no schedule: beta1 m / (1 - beta1^(t+1)) "
    "+ (1 - beta1) g / (1 - beta1^t).",
    effect="A step counts its own gradient 1 - beta1 times when it looks ahead, a tenth for "
    "beta1 = 0.9; the schedule begins with 1 - beta1 / 2. "
    "Relative difference of the displacement: 0.39 at t = 1, 0.61 at t = 10, "
    "0.28 at t = 100, 0.088 at t = 1000.",
    test="Two steps with different gradients.",
    seen_in="optax's nadam and the nesterov options of its adam and radam.",
    aliases=("nadam-three-dialects",),
    links=(
        "https://github.com/google-deepmind/optax/pull/719",
        "https://github.com/FluxML/Flux.jl/pull/224",
        "https://github.com/rwth-i6/returnn/issues/766",
    ),
    operations=(
        Replace(m_hat, beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)),
    ),
    only=_ONLY,
)

NADAM_CORRECTED_ONCE: Final = Edit(
    id="nadam-corrected-once",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is beta1 at every step, and one correction serves both terms: "
    "(beta1 m + (1 - beta1) g) / (1 - beta1^t).",
    effect="The first step is 1 + beta1 times alpha: 1.9 alpha for beta1 = 0.9. "
    "Relative difference of the displacement: 0.8 at t = 1, 0.87 at t = 10, "
    "0.36 at t = 100, 0.11 at t = 1000.",
    test="One step from zero state.",
    seen_in="TensorFlow's Adam kernels with use_nesterov, together with eps-hat. A model stopped "
    "converging when Keras took its place.",
    links=(
        "https://github.com/tensorflow/tensorflow/issues/53204",
        "https://github.com/keras-team/keras/issues/15710",
    ),
    operations=(Replace(m_hat, (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)),),
    only=_ONLY,
)

NADAM_FAST_SCHEDULE: Final = Edit(
    id="nadam-fast-schedule",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The momentum grows by the factor 0.96^t: the momentum decay psi is 1, and cannot "
    "be set.",
    effect="The momentum is nearly beta1 after 100 steps, where the report's takes 25000. "
    "Relative difference of the displacement: 0.006 at t = 1, 0.075 at t = 10, "
    "0.11 at t = 100, 0.033 at t = 1000.",
    test="A hundred steps.",
    seen_in="Keras 3; its predecessor in TensorFlow documented 0.96^(0.004 t).",
    links=(
        "https://keras.io/api/optimizers/Nadam/",
        "https://github.com/keras-team/keras/issues/15710",
    ),
    operations=(Substitute(psi, Integer(1)),),
    only=_ONLY,
)

NADAM_PRODUCT_SQUARED: Final = Edit(
    id="nadam-product-squared",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The product of the momenta to the next step has mu_t twice.",
    effect="The correction of the momentum is too small at first, and the error fades with the "
    "product: less than tests with a tolerance of 1e-2 notice. "
    "Relative difference of the displacement: 0.0066 at t = 1, 0.004 at t = 10, "
    "0.0012 at t = 100, 0.00037 at t = 1000.",
    remedy="Multiply the product, which has mu_t already, by mu_next alone.",
    test="One step from zero state, in float64.",
    seen_in="PyTorch's NAdam without foreach until 2023, fixed; TorchSharp, fixed; copies of both.",
    aliases=("nadam-mu-product-squared",),
    links=(
        "https://github.com/pytorch/pytorch/pull/92699",
        "https://github.com/pytorch/pytorch/pull/59009",
    ),
    operations=(
        Substitute(1 - mu_product * mu_next, 1 - mu_product * mu * mu_next, within=(m_hat,)),
    ),
    only=_ONLY,
)
