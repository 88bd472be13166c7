"""Moments and steps computed by another formula."""

from typing import Final

from sympy import sqrt

from optimspec.spec.adam import m, v, v_hat
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, g, theta

FIRST_MOMENT_WITHOUT_HISTORY: Final = Edit(
    id="first-moment-without-history",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The first moment is the product beta1 (1-beta1) g: the term beta1 m_{t-1} is "
    "missing.",
    effect="There is no momentum: each step uses the current gradient alone, scaled by beta1.",
    remedy="Write m = beta1 * m + (1 - beta1) * grad.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Replace(m, beta1 * (1 - beta1) * g),),
)

SECOND_MOMENT_WITHOUT_HISTORY: Final = Edit(
    id="second-moment-without-history",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment is the product beta2 (1-beta2) g^2: the term beta2 v_{t-1} is "
    "missing.",
    effect="The step is normalised by the current gradient alone: the method degenerates towards "
    "sign descent with a step that grows as sqrt(1-beta2^t).",
    remedy="Write v = beta2 * v + (1 - beta2) * grad**2.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Replace(v, beta2 * (1 - beta2) * g**2),),
)

FIRST_MOMENT_UNSCALED: Final = Edit(
    id="first-moment-unscaled",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The gradient enters the first moment without the factor 1 - beta1.",
    effect="Steps are 1 / (1-beta1) times too long: 10 times for beta1 = 0.9.",
    remedy="Multiply the gradient by 1 - beta1.",
    links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    operations=(Replace(m, beta1 * m.prev + g),),
)

SECOND_MOMENT_UNSCALED: Final = Edit(
    id="second-moment-unscaled",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The squared gradient enters the second moment without the factor 1 - beta2.",
    effect="Steps are sqrt(1-beta2) times as long as they should be: 0.03 for beta2 = 0.999.",
    remedy="Multiply the squared gradient by 1 - beta2.",
    links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    operations=(Replace(v, beta2 * v.prev + g**2),),
)

GRADIENT_NOT_SQUARED: Final = Edit(
    id="gradient-not-squared",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment averages |g| instead of g^2.",
    effect="The step scales as sqrt(|g|) instead of being independent of the gradient's scale.",
    remedy="Square the gradient.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(g**2, abs(g), within=(v,)),),
)

ROOT_MISSING: Final = Edit(
    id="root-missing",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The step is divided by v_hat, not by its square root.",
    effect="The step scales as 1 / |g|: it explodes for small gradients.",
    remedy="Take the square root of v_hat.",
    links=("https://nn.labml.ai/optimizers/adam.html",),
    operations=(Substitute(sqrt(v_hat), v_hat, within=(theta,)),),
)
