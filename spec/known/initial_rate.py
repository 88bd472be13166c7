"""Weight decay scaled by the schedule of the step size alone."""

from typing import Final

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import Variable, alpha, lam, theta

alpha_first: Final = Variable("alpha_first")

DECAY_RELATIVE_TO_FIRST_RATE: Final = Edit(
    id="decay-relative-to-first-rate",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step shrinks the parameter by the factor 1 - lambda alpha / alpha_0, where "
    "alpha_0 is the step size that the optimizer was made with.",
    effect="While alpha stays the same the factor is 1 - lambda: the decay is 1 / alpha times as "
    "strong, 1000 times for alpha = 1e-3.",
    test="Zero gradients and lambda > 0; change alpha to tell it from decay-not-scaled-by-lr.",
    seen_in="On purpose: Composer's DecoupledAdamW, and lion-pytorch and adam-atan2-pytorch by an "
    "option, which calls it decoupled. By mistake: OLMo's LionW until 2023.",
    aliases=("lionw-decay-divided-by-initial-lr",),
    links=(
        "https://github.com/allenai/OLMo/pull/119",
        "https://docs.mosaicml.com/projects/composer/en/stable/api_reference/generated/composer.optim.DecoupledAdamW.html",
        "https://github.com/lucidrains/lion-pytorch/issues/39",
    ),
    operations=(
        Insert(Equation(alpha_first, alpha_first.prev, "the first step size, kept")),
        Substitute(1 - alpha * lam, 1 - alpha * lam / alpha_first.prev, within=(theta,)),
    ),
    state=(State(alpha_first, alpha, "the first step size"),),
    only=frozenset({"adamw", "lion"}),
)
