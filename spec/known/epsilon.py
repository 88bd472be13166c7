"""eps in other places, or of other sizes."""

from dataclasses import replace
from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.known.belief import EPS_ROOT, eps_root
from optimspec.spec.matching import SubstituteRooted, correction, rooted
from optimspec.spec.symbols import eps

_SEEN: Final = "Settings in which it shows: eps = 0.5 with gradients of size 1, one step."

EPS_MISSING: Final = Edit(
    id="eps-missing",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is accepted and has no effect.",
    effect="A zero gradient gives 0/0 = NaN. "
    "Relative difference of the displacement: 4.9e-08 at t = 1, 2e-08 at t = 10, "
    "1.3e-08 at t = 100, 1.1e-08 at t = 1000.",
    remedy="Add eps to the denominator.",
    test="A parameter whose gradient is zero; eps = 0.5 with gradients of size 1.",
    seen_in="MLPerf was asked to allow it, and allowed eps^2 inside the root instead.",
    links=("https://github.com/mlcommons/training_policies/issues/95",),
    operations=(Substitute(eps, Integer(0)),),
)

EPS_SUBTRACTED: Final = Edit(
    id="eps-subtracted",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is subtracted from sqrt(v_hat) instead of added.",
    effect="The denominator can vanish or turn negative: a zero gradient is safe, one of about eps "
    "gives a huge step, and a smaller one climbs. "
    "Relative difference of the displacement: 9.8e-08 at t = 1, 3.9e-08 at t = 10, "
    "2.5e-08 at t = 100, 2.1e-08 at t = 1000.",
    remedy="Add eps to the denominator.",
    test=_SEEN,
    seen_in="TensorFlow's old copy of Keras's non-fused Adam; Keras has the right sign.",
    links=(
        "https://github.com/tensorflow/tensorflow/issues/61407",
        "https://github.com/tensorflow/tensorflow/pull/61411",
    ),
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted) - eps),),
)

EPS_AFTER_RECIPROCAL: Final = Edit(
    id="eps-after-reciprocal",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is added to 1 / sqrt(v_hat) instead of to sqrt(v_hat).",
    effect="eps protects from nothing: a zero gradient gives 0 times infinity = NaN. "
    "Relative difference of the displacement: 5.2e-08 at t = 1, 2.6e-08 at t = 10, "
    "2.2e-08 at t = 100, 2e-08 at t = 1000.",
    remedy="Add eps before dividing.",
    test="A parameter whose gradient is zero; eps = 0.5 with gradients of size 1.",
    seen_in="AdamP of pytorch_optimizer 3.9.0, fixed.",
    links=("https://github.com/kozistr/pytorch_optimizer/issues/480",),
    operations=(SubstituteRooted(1 / (sqrt(rooted) + eps), 1 / sqrt(rooted) + eps),),
)

EPS_SCALED_BY_CORRECTION: Final = Edit(
    id="eps-scaled-by-correction",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is multiplied by sqrt(1 - beta2^t): the efficient form with eps-hat = "
    "(1-beta2^t) eps, which lacks a square root.",
    effect="The effective eps is 0.03 eps at the first step for beta2 = 0.999. "
    "Relative difference of the displacement: 4.8e-08 at t = 1, 1.9e-08 at t = 10, "
    "1.1e-08 at t = 100, 5.5e-09 at t = 1000.",
    remedy="Use eps-hat = sqrt(1 - beta2**t) * eps.",
    test=_SEEN,
    seen_in="The formula on labml's page about Adam.",
    links=("https://nn.labml.ai/optimizers/adam.html",),
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted) + eps * sqrt(correction)),),
)

EPS_HAT: Final = Edit(
    id="eps-hat",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to sqrt(v) before the bias correction: the efficient form of the "
    "paper's section 2 with a constant eps-hat.",
    effect="The effective eps is eps / sqrt(1 - beta2^t): 31.6 times larger at the first step for "
    "beta2 = 0.999, and eps itself in the limit. With eps = 1e-3 and gradients of size 1 it is "
    "3 % of the first step; with eps = 1e-8 float32 does not show it. "
    "Relative difference of the displacement: 1.5e-06 at t = 1, 4.8e-07 at t = 10, "
    "2e-07 at t = 100, 6.6e-08 at t = 1000.",
    test=_SEEN,
    seen_in="On purpose: TensorFlow, Keras, ONNX's Adam, Paddle. By mistake: PyTorch until 2019, "
    "whose correction was then reported as the mistake; OneFlow until 2021, nanochat until "
    "2026; blocks.",
    aliases=("adam-eps-hat", "pytorch-adam-eps-before-2019", "nanochat-distadamw-eps"),
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted) + eps / sqrt(correction)),),
    links=(
        "https://arxiv.org/abs/1412.6980v9",
        "https://github.com/tensorflow/tensorflow/issues/9047",
        "https://github.com/tensorflow/tensorflow/issues/35102",
        "https://github.com/keras-team/keras/issues/17391",
        "https://github.com/keras-team/tf-keras/issues/315",
        "https://github.com/onnx/onnx/issues/3803",
        "https://github.com/onnx/onnx/pull/1970",
        "https://github.com/google-deepmind/optax/issues/571",
        "https://github.com/google-deepmind/optax/pull/572",
        "https://github.com/HorizonRobotics/alf/pull/466",
        "https://github.com/PaddlePaddle/Paddle/pull/4733",
        "https://github.com/mlcommons/training_policies/issues/266",
        "https://github.com/mila-iqia/blocks/issues/1175",
        "https://github.com/pytorch/pytorch/issues/2060",
        "https://github.com/pytorch/pytorch/pull/22628",
        "https://github.com/pytorch/pytorch/issues/41477",
        "https://github.com/pytorch/pytorch/issues/104857",
        "https://github.com/aiqm/torchani/pull/261",
        "https://github.com/karpathy/nanochat/issues/304",
        "https://github.com/karpathy/nanochat/pull/353",
    ),
)

EPS_INSIDE_ROOT: Final = Edit(
    id="eps-inside-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added under the square root, to v_hat or its like, not to the root.",
    effect="The floor of the denominator is sqrt(eps), 1e-4 for eps = 1e-8: gradients below it "
    "take smaller steps than Adam's, 1 % as long for gradients of 1e-6. "
    "Relative difference of the displacement: 3.4e-07 at t = 1, 1.2e-07 at t = 10, "
    "4.7e-08 at t = 100, 1.5e-08 at t = 1000.",
    test="eps = 1e-8 with gradients of 1e-5 or less, one step.",
    seen_in="Flux.jl for a while, fixed; keras-radam, which keeps it; lectures and blog posts; "
    "RMSprop and Adagrad of TensorFlow, Keras, optax and MXNet, where PyTorch, Chainer and MLX "
    "have it outside; "
    "the paper on Adan, for the sake of its proofs.",
    aliases=(
        "adam-eps-inside-sqrt",
        "rmsprop-eps-inside-sqrt",
        "adagrad-adadelta-eps-placement",
        "adan-eps-paper-vs-code",
    ),
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps)),),
    links=(
        "https://github.com/FluxML/Flux.jl/pull/448",
        "https://github.com/FluxML/Flux.jl/pull/224",
        "https://github.com/CyberZHG/keras-radam/issues/29",
        "https://github.com/d2l-ai/d2l-zh/pull/502",
        "https://github.com/pytorch/pytorch/issues/23796",
        "https://github.com/chainer/chainer/issues/4754",
        "https://github.com/jax-ml/jax/pull/1427",
        "https://github.com/apache/mxnet/pull/6219",
        "https://github.com/tensorflow/tensorflow/issues/58412",
        "https://github.com/google-deepmind/optax/issues/532",
        "https://github.com/keras-team/keras/issues/435",
        "https://github.com/keras-team/keras/issues/4356",
        "https://github.com/keras-team/tf-keras/issues/315",
        "https://github.com/torch/optim/issues/99",
        "https://github.com/torch/optim/issues/149",
        "https://github.com/ml-explore/mlx/pull/142",
        "https://github.com/sail-sg/Adan/issues/8",
    ),
)

EPS_ROOT_BESIDE_EPS: Final = Edit(
    id="eps-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="Beside eps, which is added to the root, another number is added under it.",
    effect="The floor of the denominator is eps plus the root of that number, and the derivative "
    "of the step by a gradient of zero is finite.",
    test="eps_root = 1/64 with gradients of size 1, one step.",
    seen_in="optax, for gradients through the update; 0 by default, 1e-8 in its Adan.",
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps_root) + eps),),
    hyperparameters=(replace(EPS_ROOT, default="1e-8", meaning="what is added under the root"),),
    option="eps_root",
    links=("https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adam",),
)

EPS_SQUARED_INSIDE_ROOT: Final = Edit(
    id="eps-squared-inside-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="The square of eps is added to v_hat under the square root.",
    effect="The denominator is at most sqrt(2) times smaller than Adam's, where sqrt(v_hat) is "
    "about eps; far from there it is the same. "
    "Relative difference of the displacement: 4.9e-08 at t = 1, 2e-08 at t = 10, "
    "1.3e-08 at t = 100, 1.1e-08 at t = 1000.",
    test=_SEEN,
    seen_in="MLPerf's rules allow it.",
    aliases=("adam-eps-squared-inside-sqrt",),
    operations=(SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps**2)),),
    links=("https://github.com/mlcommons/training_policies/issues/95",),
)
