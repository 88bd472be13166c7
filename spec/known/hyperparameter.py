"""Settings and options that act otherwise."""

from typing import Final

from sympy import Symbol

from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, g

_SWAP: Final = Symbol("swap", nonnegative=True)

BETAS_SWAPPED: Final = Edit(
    id="betas-swapped",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="beta1 and beta2 are taken in each other's place.",
    effect="With the default betas, momentum spans 1000 steps and the normalisation 10.",
    remedy="Exchange the two coefficients.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(
        Substitute(beta1, _SWAP),
        Substitute(beta2, beta1),
        Substitute(_SWAP, beta2),
    ),
)

MAXIMIZE: Final = Edit(
    id="maximize",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The gradient's sign is turned: the step climbs.",
    effect="The objective is maximized.",
    operations=(Substitute(g, -g),),
    links=("https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",),
    option="maximize",
)
