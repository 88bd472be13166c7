"""LARS otherwise: the step size outside the momentum, other norms, clipped rates."""

from typing import Final

from sympy import Integer, Min

from optimspec.spec.algorithms.lars import b, rho
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import EPS
from optimspec.spec.known.trust_ratio import LOCAL_RATE
from optimspec.spec.matching import IfPossible
from optimspec.spec.operations import norm
from optimspec.spec.symbols import alpha, eps, g, lam, mu, theta

_ONLY: Final = frozenset({"lars"})
_SUM: Final = norm(g) + lam * norm(theta.prev)
_DECAYED: Final = g + lam * theta.prev

_KOZISTR: Final = "https://pytorch-optimizers.readthedocs.io/en/latest/optimizer/"
_OPTAX: Final = "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lars"
_LARC: Final = "https://nvidia.github.io/apex/parallel.html"
_MLPERF: Final = "https://github.com/tensorflow/addons/pull/777"

LARS_STEP_SIZE_OUTSIDE: Final = Edit(
    id="lars-step-size-outside",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The buffer holds gradients times their local rates, and the step size multiplies "
    "what comes out of it.",
    effect="None while alpha stays the same; after a change the momentum acts by the new one.",
    test="Change alpha between two steps, for instance to a tenth.",
    seen_in="The torch optimizers of kozistr, timm and lightning-flash, and apex's LARC around "
    "torch's SGD.",
    links=(_KOZISTR, _LARC, "https://github.com/pytorch/pytorch/pull/88106"),
    operations=(
        Substitute(alpha, Integer(1), within=(b,)),
        Substitute(b, alpha * b, within=(theta,)),
    ),
    only=_ONLY,
)

LARS_NESTEROV: Final = Edit(
    id="lars-nesterov",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is looked ahead.",
    effect="The first step is 1 + mu times as long.",
    test="One step from zero state.",
    seen_in="optax and TensorFlow, as an option.",
    links=(_OPTAX, _MLPERF),
    operations=(Substitute(b, alpha * rho * _DECAYED + mu * b, within=(theta,)),),
    option="nesterov",
    only=_ONLY,
)

LARS_NORM_OF_DECAYED: Final = Edit(
    id="lars-norm-of-decayed",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The local rate divides by the norm of gradient and decay together, not by the sum "
    "of their norms.",
    effect="Rates are larger, without limit where the decay cancels the gradient.",
    test="A gradient of -lambda theta or near it.",
    seen_in="optax.",
    links=(_OPTAX,),
    operations=(
        Substitute(_SUM, norm(_DECAYED), within=(rho,)),
        Substitute(norm(g), norm(_DECAYED), within=(rho,)),
    ),
    only=_ONLY,
)

LARS_EPS: Final = Edit(
    id="lars-eps",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the denominator of the local rate.",
    effect="Parameters whose gradient is about as small as eps take shorter steps.",
    test="eps = 0.5, one step.",
    seen_in="TensorFlow, 0 unless it is given; apex's LARC, 1e-8; objax.",
    links=(_MLPERF, _LARC, "https://github.com/google/objax/pull/136"),
    operations=(
        IfPossible(Substitute(_SUM, _SUM + eps, within=(rho,))),
        IfPossible(Substitute(1 / norm(_DECAYED), 1 / (norm(_DECAYED) + eps), within=(rho,))),
    ),
    hyperparameters=(EPS,),
    option="eps",
    only=_ONLY,
)

LARS_CLIPPED: Final = Edit(
    id="lars-clipped",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="alpha is the largest local rate instead of their common factor: LARC.",
    effect="Parameters whose rate is above alpha take the steps of SGD.",
    test="A parameter of norm 100 with a gradient of norm 1e-3, one step.",
    seen_in="apex's LARC unless clip=False.",
    links=(_LARC,),
    operations=(Substitute(LOCAL_RATE, Min(LOCAL_RATE / alpha, 1), within=(rho,)),),
    option="clip",
    only=_ONLY,
)

LARS_RATE_OF_VELOCITY: Final = Edit(
    id="lars-rate-of-velocity",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The buffer holds plain gradients without decay, and the whole of it is multiplied "
    "by the local rate of the moment.",
    effect="Past gradients are scaled anew at every step, and parameters do not decay.",
    remedy="Multiply each gradient, with its decay, by the rate of its own step.",
    test="Two steps with gradients of different sizes; zero gradients after one, with lambda > 0.",
    seen_in="AiDotNet until 2026, fixed.",
    links=("https://github.com/ooples/AiDotNet.Tensors/pull/955",),
    operations=(
        Replace(b, mu * b.prev + g),
        Substitute(b, alpha * rho * b, within=(theta,)),
    ),
    only=_ONLY,
)
