"""AdaMax: where eps is, which the paper does not have, and bias correction left out."""

from dataclasses import dataclass, replace
from typing import Final

from sympy import Abs, Integer

from optimspec.spec.algorithm import Equation
from optimspec.spec.algorithms.adamax import u
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.errors import EditDoesNotApply
from optimspec.spec.hyperparameters import EPS
from optimspec.spec.symbols import beta1, beta2, eps, t, theta

_ONLY: Final = frozenset({"adamax"})
_SEEN: Final = "eps = 0.1 and gradients of size 1 that shrink; gradients of zero."


@dataclass(frozen=True, slots=True)
class _AddedToSizes:
    """eps is added to every absolute value, whatever it is of: weight decay may have come in."""

    def apply(self, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """See :class:`~optimspec.spec.edit.Operation`."""
        changed = tuple(
            replace(e, rhs=e.rhs.replace(Abs, lambda x: Abs(x) + eps)) for e in equations
        )
        if changed == equations:
            raise EditDoesNotApply("An absolute value", "the equations to be edited")
        return changed


EPS_IN_INFINITY_NORM: Final = Edit(
    id="eps-in-infinity-norm",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to each |g| before the maximum is taken.",
    effect="The first step is |g| / (|g| + eps) alpha. Without any eps, a parameter that has "
    "had no gradient gives 0/0 = NaN. "
    "Relative difference of the displacement: 4.9e-08 at t = 1, 2.1e-08 at t = 10, "
    "1.2e-08 at t = 100, 6.5e-09 at t = 1000.",
    test=_SEEN,
    seen_in="PyTorch and optax; Paddle and Keras have it elsewhere.",
    aliases=("adamax-eps-placement",),
    links=(
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html",
        "https://github.com/PaddlePaddle/Paddle/issues/36712",
    ),
    operations=(_AddedToSizes(),),
    hyperparameters=(EPS,),
    only=_ONLY,
)

EPS_ADDED_TO_INFINITY_NORM: Final = Edit(
    id="eps-added-to-infinity-norm",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the infinity norm in the update, and is not kept.",
    effect="The same as PyTorch's at the first step; later an old maximum is divided by with "
    "eps whole, where PyTorch's has faded with it. "
    "Relative difference of the displacement: 4.9e-08 at t = 1, 2.1e-08 at t = 10, "
    "1.2e-08 at t = 100, 6.7e-09 at t = 1000.",
    test=_SEEN,
    seen_in="Keras, TensorFlow, MXNet and MLX.",
    links=(
        "https://keras.io/api/optimizers/adamax/",
        "https://mxnet.apache.org/versions/master/api/python/docs/_modules/mxnet/optimizer/adamax.html",
        "https://ml-explore.github.io/mlx/build/html/python/optimizers/_autosummary/mlx.optimizers.Adamax.html",
    ),
    operations=(Substitute(u, u + eps, within=(theta,)),),
    hyperparameters=(EPS,),
    only=_ONLY,
)

EPS_ADDED_TO_FADING_NORM: Final = Edit(
    id="eps-added-to-fading-norm",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the old infinity norm before the maximum is taken.",
    effect="While no larger gradient comes, eps piles up: the norm tends to eps / (1 - beta2), "
    "1000 eps for beta2 = 0.999, instead of to eps. "
    "Relative difference of the displacement: 0 at t = 1, 1.3e-08 at t = 10, "
    "8.5e-08 at t = 100, 3.7e-07 at t = 1000.",
    test=_SEEN,
    seen_in="Paddle.",
    links=(
        "https://github.com/PaddlePaddle/Paddle/issues/36712",
        "https://paddlepaddle.org.cn/documentation/docs/zh/api/paddle/optimizer/Adamax_cn.html",
    ),
    operations=(Substitute(beta2 * u.prev, beta2 * u.prev + eps, within=(u,)),),
    hyperparameters=(EPS,),
    only=_ONLY,
)

ADAMAX_NOT_CORRECTED: Final = Edit(
    id="adamax-not-corrected",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The first moment is used as it is, without bias correction.",
    effect="The first step is (1-beta1) alpha: a tenth of alpha for beta1 = 0.9; a warmup over "
    "1 / (1-beta1) steps. "
    "Relative difference of the displacement: 0.9 at t = 1, 0.69 at t = 10, "
    "0.39 at t = 100, 0.17 at t = 1000.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="MLX, which says so.",
    aliases=("mlx-adamax-no-bias-correction",),
    links=(
        "https://ml-explore.github.io/mlx/build/html/python/optimizers/_autosummary/mlx.optimizers.Adamax.html",
        "https://github.com/unslothai/unsloth-zoo/pull/819",
    ),
    operations=(Substitute(1 - beta1**t, Integer(1), within=(theta,)),),
    only=_ONLY,
)
