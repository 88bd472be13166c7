"""RMSprop centered, with momentum, and with other starts of the mean square."""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.algorithms.adam import m, v, v_hat
from optimspec.spec.algorithms.rmsprop import rho
from optimspec.spec.algorithms.sgd import b
from optimspec.spec.edit import Edit, Insert, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import MU
from optimspec.spec.known.adagrad import INITIAL, iota
from optimspec.spec.matching import IfPossible
from optimspec.spec.symbols import alpha, eps, g, mu, t, theta

_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html"
_OPTAX: Final = "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.rmsprop"
_KERAS: Final = "https://keras.io/api/optimizers/rmsprop/"
_ONLY: Final = frozenset({"rmsprop"})

_NORMALIZED: Final = g / (sqrt(v_hat) + eps)
_COMPLETE: Final = 1 - rho**t

CENTERED: Final = Edit(
    id="centered",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The gradient is divided by the root of its variance, v - m^2, instead of that of "
    "its mean square.",
    effect="Along a steady gradient the variance fades and steps grow without limit, up to "
    "alpha |g| / eps. There rounding decides its sign, and the root of a negative one is NaN: with "
    "PyTorch's defaults in float32 after 1222 steps of a gradient of 1.43.",
    test="The same gradient twice: the second step is longer than without it.",
    seen_in="Graves, with eps inside the root; an option of PyTorch, TensorFlow, Keras and optax. "
    "MXNet put eps inside the root because of the NaN, which is no cure for large gradients.",
    links=(
        "https://arxiv.org/abs/1308.0850v5",
        _DOCUMENTATION,
        _KERAS,
        _OPTAX,
        "https://github.com/apache/mxnet/pull/6235",
        "https://github.com/CanReader/FastNN/issues/12",
    ),
    operations=(
        Insert(Equation(m, rho * m.prev + (1 - rho) * g, "mean gradient"), before=v_hat),
        Substitute(v, v - m**2, within=(v_hat,)),
    ),
    state=(State(m, Integer(0), "mean gradient", ("grad_avg",)),),
    option="centered",
    only=_ONLY,
)

NORMALIZED_MOMENTUM: Final = Edit(
    id="normalized-momentum",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step is a sum of all normalized gradients, those of the past weighted by "
    "powers of mu.",
    effect="Along a constant gradient steps grow to 1 / (1-mu) times those without it: 10 times "
    "for mu = 0.9.",
    test="Two steps; the first does not show it.",
    seen_in="PyTorch; TensorFlow, Keras and optax with the step size inside (lr-inside-velocity).",
    links=(_DOCUMENTATION, _KERAS, _OPTAX),
    operations=(
        Insert(Equation(b, mu * b.prev + _NORMALIZED, "momentum"), before=theta),
        Replace(theta, theta.prev - alpha * b),
    ),
    hyperparameters=(MU,),
    state=(State(b, Integer(0), "momentum buffer"),),
    option="momentum",
    only=_ONLY,
)

NORMALIZED_NESTEROV: Final = Edit(
    id="normalized-nesterov",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum of normalized gradients is looked ahead.",
    effect="The first step is 1 + mu times as long: 1.9 times for mu = 0.9.",
    test="One step from zero state.",
    seen_in="optax, as an option beside momentum.",
    links=(_OPTAX,),
    operations=(
        Insert(Equation(b, mu * b.prev + _NORMALIZED, "momentum"), before=theta),
        Replace(theta, theta.prev - alpha * (_NORMALIZED + mu * b)),
    ),
    hyperparameters=(MU,),
    state=(State(b, Integer(0), "momentum buffer"),),
    option="nesterov",
    only=_ONLY,
)

MEAN_SQUARE_CORRECTED: Final = Edit(
    id="mean-square-corrected",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The mean square is divided by 1 - rho^t, and with centered the mean gradient too, "
    "so that their start at zero does not show.",
    effect="The first step is alpha instead of alpha / sqrt(1-rho), 10 alpha for rho = 0.99: it "
    "is Adam without a first moment.",
    test="One step from zero state.",
    seen_in="optax, off by default.",
    links=(_OPTAX,),
    operations=(
        Substitute(v, v / _COMPLETE, within=(v_hat,)),
        IfPossible(Substitute(m, m / _COMPLETE, within=(v_hat,))),
    ),
    option="bias_correction",
    only=_ONLY,
)

INITIAL_MEAN_SQUARE: Final = Edit(
    id="initial-mean-square",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The mean square starts at a number above zero.",
    effect="Early steps along gradients that are small beside the root of the number are short, "
    "until rho^t has faded.",
    test="One step with a gradient of 1e-3.",
    seen_in="An option of optax and of Torch7, 0 unless it is given.",
    links=(_OPTAX, "https://github.com/google-deepmind/optax/pull/55",
           "https://github.com/torch/optim/pull/130"),
    operations=(),
    hyperparameters=(INITIAL,),
    state=(State(v, iota, "mean square of the gradient"),),
    option="initial_scale",
    only=_ONLY,
)  # fmt: skip

MEAN_SQUARE_STARTS_AT_ONE: Final = Edit(
    id="mean-square-starts-at-one",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The mean square starts at 1.",
    effect="The first step along a small gradient g is about alpha |g| instead of "
    "alpha / sqrt(1-rho).",
    test="One step with a gradient of 1e-3.",
    seen_in="TensorFlow 1, timm's RMSpropTF, JAX's example library and climin; Torch7 for a while.",
    aliases=("rmsprop-ones-init",),
    links=(
        "https://github.com/google-deepmind/optax/issues/49",
        "https://github.com/google-deepmind/optax/pull/55",
        "https://github.com/jax-ml/jax/pull/975",
        "https://github.com/torch/optim/issues/87",
        "https://github.com/torch/optim/pull/117",
        "https://github.com/BRML/climin/issues/30",
        "https://github.com/tensorflow/tensorflow/issues/40670",
    ),
    operations=(),
    state=(State(v, Integer(1), "mean square of the gradient"),),
    only=_ONLY,
)
