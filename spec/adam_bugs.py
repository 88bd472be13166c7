"""Mistakes that implementations of Adam have made or easily make, as edits of Algorithm 1."""

from typing import Final

from sympy import Integer, Max, Symbol, sqrt

from optimspec.spec.adam import m, m_hat, v, v_hat
from optimspec.spec.edit import Edit, Kind, Operation, Replace, Substitute
from optimspec.spec.symbols import beta1, beta2, count, eps, g, index, lam, t, theta


def _bug(
    id: str,  # noqa: A002 - the field's name
    statement: str,
    effect: str,
    remedy: str,
    *operations: Operation,
    links: tuple[str, ...] = (),
) -> Edit:
    return Edit(id, Kind.BUG, statement, effect, operations, links, remedy=remedy)


_SWAP: Final = Symbol("swap", nonnegative=True)

ADAM_BUGS: Final = (
    _bug(
        "weight-decay-ignored",
        "The weight decay coefficient is accepted and has no effect.",
        "Parameters do not decay.",
        "Use lambda in the update, or refuse it.",
        Substitute(lam, Integer(0)),
        links=(
            "https://github.com/kozistr/pytorch_optimizer/issues/517",
            "https://github.com/PaddlePaddle/Paddle/issues/5836",
        ),
    ),
    _bug(
        "first-moment-without-history",
        "The first moment is the product beta1 (1-beta1) g: the term beta1 m_{t-1} is missing.",
        "There is no momentum: each step uses the current gradient alone, scaled by beta1.",
        "Write m = beta1 * m + (1 - beta1) * grad.",
        Replace(m, beta1 * (1 - beta1) * g),
        links=("https://arxiv.org/abs/1412.6980v9",),
    ),
    _bug(
        "second-moment-without-history",
        "The second moment is the product beta2 (1-beta2) g^2: the term beta2 v_{t-1} is missing.",
        "The step is normalised by the current gradient alone: the method degenerates towards "
        "sign descent with a step that grows as sqrt(1-beta2^t).",
        "Write v = beta2 * v + (1 - beta2) * grad**2.",
        Replace(v, beta2 * (1 - beta2) * g**2),
        links=("https://arxiv.org/abs/1412.6980v9",),
    ),
    _bug(
        "first-moment-unscaled",
        "The gradient enters the first moment without the factor 1 - beta1.",
        "Steps are 1 / (1-beta1) times too long: 10 times for beta1 = 0.9.",
        "Multiply the gradient by 1 - beta1.",
        Replace(m, beta1 * m.prev + g),
        links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    ),
    _bug(
        "second-moment-unscaled",
        "The squared gradient enters the second moment without the factor 1 - beta2.",
        "Steps are sqrt(1-beta2) times as long as they should be: 0.03 for beta2 = 0.999.",
        "Multiply the squared gradient by 1 - beta2.",
        Replace(v, beta2 * v.prev + g**2),
        links=("https://github.com/PennyLaneAI/pennylane/issues/1928",),
    ),
    _bug(
        "gradient-not-squared",
        "The second moment averages |g| instead of g^2.",
        "The step scales as sqrt(|g|) instead of being independent of the gradient's scale.",
        "Square the gradient.",
        Substitute(g**2, abs(g), within=(v,)),
        links=("https://arxiv.org/abs/1412.6980v9",),
    ),
    _bug(
        "betas-swapped",
        "beta1 and beta2 are taken in each other's place.",
        "With the default betas, momentum spans 1000 steps and the normalisation 10.",
        "Exchange the two coefficients.",
        Substitute(beta1, _SWAP),
        Substitute(beta2, beta1),
        Substitute(_SWAP, beta2),
        links=("https://arxiv.org/abs/1412.6980v9",),
    ),
    _bug(
        "bias-correction-multiplied",
        "The moments are multiplied by 1 - beta^t instead of divided.",
        "The first step is 10 times too long for betas (0.9, 0.999), 31 times at t = 100.",
        "Divide by 1 - beta**t.",
        Replace(m_hat, m * (1 - beta1**t)),
        Replace(v_hat, v * (1 - beta2**t)),
        links=("https://github.com/karpathy/convnetjs/pull/107",),
    ),
    _bug(
        "bias-correction-twice-complemented",
        "The bias correction is 1 - (1 - beta^t), that is beta^t.",
        "The correction goes to zero with t instead of to one: steps explode or vanish.",
        "Divide by 1 - beta**t.",
        Substitute(1 - beta1**t, beta1**t, within=(m_hat,)),
        Substitute(1 - beta2**t, beta2**t, within=(v_hat,)),
        links=("https://github.com/kozistr/AdaBound-tensorflow/issues/3",),
    ),
    _bug(
        "first-moment-not-corrected",
        "The first moment is used without its bias correction.",
        "The first step is alpha (1-beta1): a tenth of alpha for beta1 = 0.9.",
        "Divide m by 1 - beta1**t.",
        Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),
        links=("https://github.com/pytorch/pytorch/issues/2060",),
    ),
    _bug(
        "second-moment-not-corrected",
        "The second moment is used without its bias correction.",
        "The first step is alpha / sqrt(1-beta2): 31.6 times alpha for beta2 = 0.999.",
        "Divide v by 1 - beta2**t.",
        Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),
        links=("https://github.com/pytorch/pytorch/issues/2060",),
    ),
    _bug(
        "root-missing",
        "The step is divided by v_hat, not by its square root.",
        "The step scales as 1 / |g|: it explodes for small gradients.",
        "Take the square root of v_hat.",
        Substitute(sqrt(v_hat), v_hat, within=(theta,)),
        links=("https://nn.labml.ai/optimizers/adam.html",),
    ),
    _bug(
        "eps-missing",
        "eps is accepted and has no effect.",
        "A zero gradient gives 0/0 = NaN.",
        "Add eps to the denominator.",
        Substitute(eps, Integer(0), within=(theta,)),
        links=("https://github.com/pytorch/pytorch/issues/2060",),
    ),
    _bug(
        "eps-scaled-by-correction",
        "eps is multiplied by sqrt(1 - beta2^t): the efficient form with eps-hat = (1-beta2^t) "
        "eps, which lacks a square root.",
        "The effective eps is 0.03 eps at the first step for beta2 = 0.999.",
        "Use eps-hat = sqrt(1 - beta2**t) * eps.",
        Substitute(eps, eps * sqrt(1 - beta2**t), within=(theta,)),
        links=("https://nn.labml.ai/optimizers/adam.html",),
    ),
)
"""In the order in which they are made when several are combined; before the variants."""

STEP_BUGS: Final = (
    _bug(
        "step-starts-at-two",
        "The step counter is 2 at the first update.",
        "The first step is 26 % shorter for betas (0.9, 0.999); 1.4 % at t = 1000.",
        "Start the counter at 0 and increase it before it is used.",
        Substitute(t, t + 1),
        links=("https://github.com/cs231n/cs231n.github.io/issues/179",),
    ),
    _bug(
        "step-counter-per-parameter",
        "One counter serves all parameters and advances once for each of them.",
        "With several parameters t runs too fast: the bias correction fades early, differently "
        "for each parameter.",
        "Keep a counter per parameter, or advance a common one once per step.",
        Substitute(t, count * (t - 1) + index + 1),
        links=(
            "https://github.com/flashlight/flashlight/issues/143",
            "https://github.com/DiffSharp/DiffSharp/issues/292",
        ),
    ),
    _bug(
        "step-counter-per-parameter-reset",
        "One counter serves all parameters and advances once for each of them, except in the first "
        "step, where it is set to 1 for each.",
        "The first step is right; from the second t runs too fast, differently for each parameter.",
        "Keep a counter per parameter, or advance a common one once per step.",
        Substitute(t, Max(1, count * (t - 2) + index + 2)),
        links=("https://github.com/DiffSharp/DiffSharp/issues/292",),
    ),
)
"""Faults of the step counter; made last, so that they shift every use of ``t``."""
