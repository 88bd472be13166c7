"""Dampened momentum: every gradient counts less, but for the first or with it."""

from typing import Final

from sympy import Max

from optimspec.spec.algorithms.sgd import b
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import TAU
from optimspec.spec.symbols import g, mu, t, tau

_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html"
_FIRST: Final = Max(0, 2 - t)
"""1 at the first step, 0 after it."""

DAMPENING: Final = Edit(
    id="dampening",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Every gradient but the first is multiplied by 1 - tau, as PyTorch has it: the "
    "buffer starts as the first gradient itself.",
    effect="The first gradient weighs 1 / (1-tau) times as much as the others: for tau = 0.5 the "
    "first step is twice as long as with all gradients damped.",
    test="tau = 0.5, two steps.",
    seen_in="PyTorch, by design and documented; MLX since its pull request 473.",
    links=(
        _DOCUMENTATION,
        "https://github.com/pytorch/pytorch/pull/152833",
        "https://github.com/ml-explore/mlx/pull/473",
    ),
    operations=(Substitute(g, (1 - tau + tau * _FIRST) * g, within=(b,)),),
    hyperparameters=(TAU,),
    option="dampening",
    only=frozenset({"momentum"}),
    aliases=("torch-dampening-skipped-first-step",),
)

DAMPENING_FROM_FIRST_STEP: Final = Edit(
    id="dampening-from-first-step",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Every gradient is multiplied by 1 - tau, the first included.",
    effect="For tau = 0.5 the first step is half as long as PyTorch's.",
    test="tau = 0.5, one step.",
    seen_in="MLX before its pull request 473.",
    links=(
        "https://github.com/ml-explore/mlx/pull/473",
        "https://github.com/pytorch/pytorch/pull/122131",
    ),
    operations=(Substitute(g, (1 - tau) * g, within=(b,)),),
    hyperparameters=(TAU,),
    option="dampening",
    only=frozenset({"momentum"}),
)

DAMPENING_AS_MOMENTUM: Final = Edit(
    id="dampening-as-momentum",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The dampening that nobody asked for is mu: every gradient but the first is "
    "multiplied by 1 - mu.",
    effect="From the second step on, gradients weigh 1 - mu times as much: a tenth for mu = 0.9. "
    "Relative difference of the displacement: 0 at t = 1, 0.81 at t = 10, 0.87 at t = 100, 0.9 at "
    "t = 1000.",
    test="Default settings, two steps.",
    seen_in="Torch7 and its heirs: BigDL, Analytics Zoo, PyTorch in its first months.",
    links=(
        "https://github.com/torch/optim/issues/163",
        "https://github.com/intel/BigDL/issues/1499",
        "https://github.com/intel/analytics-zoo/issues/1038",
    ),
    operations=(Substitute(g, (1 - mu + mu * _FIRST) * g, within=(b,)),),
    only=frozenset({"momentum"}),
    aliases=("sgd-dampening-default",),
)
