"""eps in other places, or of other sizes."""

from typing import Final

from sympy import Integer, sqrt

from optimspec.spec.adam import v_hat
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta2, eps, t, theta

EPS_MISSING: Final = Edit(
    id="eps-missing",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is accepted and has no effect.",
    effect="A zero gradient gives 0/0 = NaN.",
    remedy="Add eps to the denominator.",
    links=("https://github.com/pytorch/pytorch/issues/2060",),
    operations=(Substitute(eps, Integer(0), within=(theta,)),),
)

EPS_SCALED_BY_CORRECTION: Final = Edit(
    id="eps-scaled-by-correction",
    kind=Kind.BUG,
    category=Category.EPSILON,
    statement="eps is multiplied by sqrt(1 - beta2^t): the efficient form with eps-hat = "
    "(1-beta2^t) "
    "eps, which lacks a square root.",
    effect="The effective eps is 0.03 eps at the first step for beta2 = 0.999.",
    remedy="Use eps-hat = sqrt(1 - beta2**t) * eps.",
    links=("https://nn.labml.ai/optimizers/adam.html",),
    operations=(Substitute(eps, eps * sqrt(1 - beta2**t), within=(theta,)),),
)

EPS_HAT: Final = Edit(
    id="eps-hat",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to sqrt(v) before the bias correction: the efficient form of the "
    "paper's section 2 with a constant eps-hat.",
    effect="The effective eps is eps / sqrt(1 - beta2^t): 31.6 times larger at the first step for "
    "beta2 = 0.999, and eps itself in the limit.",
    operations=(Substitute(eps, eps / sqrt(1 - beta2**t), within=(theta,)),),
    links=(
        "https://arxiv.org/abs/1412.6980v9",
        "https://github.com/google-deepmind/optax/pull/571",
        "https://github.com/pytorch/pytorch/pull/22628",
    ),
)

EPS_INSIDE_ROOT: Final = Edit(
    id="eps-inside-root",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to v_hat under the square root, not to the root.",
    effect="The floor of the denominator is sqrt(eps), 1e-4 for eps = 1e-8: gradients below it "
    "take smaller steps than Adam's.",
    operations=(Substitute(sqrt(v_hat) + eps, sqrt(v_hat + eps), within=(theta,)),),
    links=("https://github.com/FluxML/Flux.jl/pull/448",),
)
