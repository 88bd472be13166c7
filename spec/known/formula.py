"""Moments computed by another formula."""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.algorithms.adam import ADAM, m, v
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import Variable, beta1, beta2, g

begun: Final = Variable("begun")

FIRST_MOMENT_WITHOUT_HISTORY: Final = Edit(
    id="first-moment-without-history",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The first moment is the product beta1 (1-beta1) g: the term beta1 m_{t-1} is "
    "missing.",
    effect="There is no momentum: each step uses the current gradient alone, scaled by beta1. "
    "Relative difference of the displacement: 0.1 at t = 1, 0.71 at t = 10, "
    "0.87 at t = 100, 0.91 at t = 1000.",
    remedy="Write m = beta1 * m + (1 - beta1) * grad.",
    test="One gradient of 1, then zeros: the second step must not be zero.",
    seen_in="The class of a blog post, whose arithmetic optimspec.impls.blog_class has.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(ADAM[m].rhs, beta1 * (1 - beta1) * g, within=(m,)),),
)

SECOND_MOMENT_WITHOUT_HISTORY: Final = Edit(
    id="second-moment-without-history",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment is the product beta2 (1-beta2) g^2: the term beta2 v_{t-1} is "
    "missing.",
    effect="The step is normalised by the current gradient alone, and by a bias correction made "
    "for an average: it grows as sqrt(1-beta2^t), and without limit where a gradient is small. "
    "Relative difference of the displacement: 0.0005 at t = 1, 20 at t = 10, "
    "87 at t = 100, 1.5e+03 at t = 1000.",
    remedy="Write v = beta2 * v + (1 - beta2) * grad**2.",
    test="Gradients of different sizes: 1, then 0.01.",
    seen_in="The class of a blog post, whose arithmetic optimspec.impls.blog_class has.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(ADAM[v].rhs, beta2 * (1 - beta2) * g**2, within=(v,)),),
)

MOMENTS_NOT_STORED: Final = Edit(
    id="moments-not-stored",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The moments are computed and not kept, so that every step starts from zero ones.",
    effect="Each step uses the current gradient alone: sign descent of step size "
    "alpha (1-beta1) sqrt(1-beta2^t) / ((1-beta1^t) sqrt(1-beta2)). "
    "Relative difference of the displacement: 0 at t = 1, 0.6 at t = 10, "
    "0.62 at t = 100, 1.1 at t = 1000.",
    remedy="Store the new moments in the state, and create the state once.",
    test="One gradient of 1, then zeros: the second step must not be zero.",
    seen_in="rust-autograd before 0.9.2, fixed; a restricted Boltzmann machine of 2021, open.",
    links=(
        "https://github.com/raskr/rust-autograd/issues/16",
        "https://github.com/dngfra/Restricted-Boltzmann-Machines/issues/2",
    ),
    operations=(
        Substitute(m.prev, Integer(0), within=(m,)),
        Substitute(v.prev, Integer(0), within=(v,)),
    ),
)

MOMENTS_START_FROM_GRADIENT: Final = Edit(
    id="moments-start-from-gradient",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The first gradient becomes the moments without the factors 1 - beta1 and 1 - beta2, "
    "and the bias correction is made all the same.",
    effect="The first step is sqrt(1-beta2) / (1-beta1) alpha: 0.316 alpha for betas (0.9, 0.999), "
    "and later steps are too short until beta2^t has faded. "
    "Relative difference of the displacement: 0.68 at t = 1, 0.71 at t = 10, "
    "0.67 at t = 100, 0.42 at t = 1000.",
    remedy="Start from zero moments and use the same recurrence at every step.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="PennyLane before 0.20, fixed.",
    aliases=("pennylane-adam-moments-unscaled",),
    links=(
        "https://github.com/PennyLaneAI/pennylane/issues/1928",
        "https://github.com/PennyLaneAI/pennylane/pull/1929",
    ),
    operations=(
        Insert(
            Equation(begun, begun.prev + (1 - begun.prev) ** 2, "1 from the first step on"),
            before=m,
        ),
        Substitute(1 - beta1, 1 - beta1 * begun.prev, within=(m,)),
        Substitute(1 - beta2, 1 - beta2 * begun.prev, within=(v,)),
    ),
    state=(State(begun, Integer(0), "whether there has been a step"),),
)

FIRST_MOMENT_UNSCALED: Final = Edit(
    id="first-moment-unscaled",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The gradient enters the first moment without the factor 1 - beta1.",
    effect="Steps are 1 / (1-beta1) times too long: 10 times for beta1 = 0.9. "
    "Relative difference of the displacement: 9 at t = 1, 9 at t = 10, "
    "9 at t = 100, 9 at t = 1000.",
    remedy="Multiply the gradient by 1 - beta1.",
    test="One step from zero state: |step| / alpha must be 1.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(1 - beta1, Integer(1), within=(m,)),),
)

SECOND_MOMENT_UNSCALED: Final = Edit(
    id="second-moment-unscaled",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The squared gradient enters the second moment without the factor 1 - beta2.",
    effect="Steps are sqrt(1-beta2) times as long as they should be: 0.03 for beta2 = 0.999. "
    "Relative difference of the displacement: 0.97 at t = 1, 0.97 at t = 10, "
    "0.97 at t = 100, 0.97 at t = 1000.",
    remedy="Multiply the squared gradient by 1 - beta2.",
    test="One step from zero state: |step| / alpha must be 1.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(1 - beta2, Integer(1), within=(v,)),),
)

GRADIENT_NOT_SQUARED: Final = Edit(
    id="gradient-not-squared",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The second moment averages |g| instead of g^2.",
    effect="The step scales as sqrt(|g|) instead of being independent of the gradient's scale: "
    "1000 times as long for gradients of 1e6. "
    "Relative difference of the displacement: 0.35 at t = 1, 0.2 at t = 10, "
    "0.15 at t = 100, 0.12 at t = 1000.",
    remedy="Square the gradient.",
    test="The same gradients multiplied by 4: the steps must not change.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(Substitute(g**2, abs(g), within=(v,)),),
)
