"""RAdam: from which step on it is adaptive, what it does before, and where eps is."""

from typing import Final

from sympy import sqrt

from optimspec.spec.algorithms.adam import m_hat, v
from optimspec.spec.algorithms.radam import l, rho
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import alpha, beta2, eps, t, theta

_ONLY: Final = frozenset({"radam"})
_SEEN: Final = "eps = 0.5 with gradients of size 1, six steps or more."

RADAM_THRESHOLD_5: Final = Edit(
    id="radam-threshold-5",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Steps are adaptive from rho_t > 5 on; the paper has rho_t > 4.",
    effect="For beta2 from 0.9 to 0.9999 it is one step that differs, the fifth, which is not "
    "adaptive; the offset stays. "
    "Relative difference of the displacement: 0 at t = 1, 0.19 at t = 10, "
    "0.16 at t = 100, 0.029 at t = 1000.",
    test="Five steps.",
    seen_in="PyTorch; the authors' code, optax and TensorFlow Addons, where it is rho_t >= 5.",
    aliases=("radam-threshold-4-or-5",),
    links=(
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html",
        "https://github.com/pytorch/pytorch/pull/58968",
        "https://github.com/LiyuanLucasLiu/RAdam",
        "https://github.com/lessw2020/Ranger-Deep-Learning-Optimizer/pull/2",
        "https://github.com/taki0112/RAdam-Tensorflow/issues/2",
        "https://github.com/google-deepmind/optax/pull/15",
        "https://github.com/fastai/fastai_dev/pull/303",
    ),
    operations=(Substitute(rho > 4, rho > 5, within=(theta,)),),
    only=_ONLY,
)

RADAM_WAITS: Final = Edit(
    id="radam-waits",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Parameters stay where they are until steps are adaptive; only the moments move.",
    effect="The first steps, four or five for the default beta2, are not made. "
    "Relative difference of the displacement: 1 at t = 1, 0.98 at t = 10, "
    "0.81 at t = 100, 0.15 at t = 1000.",
    test="One step: the parameter must move.",
    seen_in="The authors' package, unless degenerated_to_sgd is set.",
    links=("https://github.com/LiyuanLucasLiu/RAdam",),
    operations=(Substitute(theta.prev - alpha * m_hat, theta.prev, within=(theta,)),),
    only=_ONLY,
)

RADAM_EPS_ADDED_TO_CORRECTED_ROOT: Final = Edit(
    id="radam-eps-added-to-corrected-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the root of the corrected second moment, as in Adam.",
    effect="Where steps are adaptive, eps is sqrt(1 - beta2^t) times as large as in the authors' "
    "code: 0.08 times at t = 6 for beta2 = 0.999. "
    "Relative difference of the displacement: 0 at t = 1, 4.1e-09 at t = 10, "
    "1.7e-08 at t = 100, 6.8e-09 at t = 1000.",
    test=_SEEN,
    seen_in="optax.",
    links=(
        "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.radam",
        "https://github.com/google-deepmind/optax/pull/15",
    ),
    operations=(Substitute(eps, eps * sqrt(1 - beta2**t), within=(l,)),),
    only=_ONLY,
)

RADAM_EPS_INSIDE_ROOT: Final = Edit(
    id="radam-eps-inside-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the corrected second moment under the square root.",
    effect="The floor of the denominator is sqrt(eps), 1e-4 for eps = 1e-8. "
    "Relative difference of the displacement: 0 at t = 1, 4.2e-09 at t = 10, "
    "1.9e-08 at t = 100, 1.1e-08 at t = 1000.",
    test=_SEEN,
    seen_in="keras-radam, which keeps it.",
    links=("https://github.com/CyberZHG/keras-radam/issues/29",),
    operations=(Substitute(sqrt(v) + eps, sqrt(v + eps * (1 - beta2**t)), within=(l,)),),
    only=_ONLY,
)
