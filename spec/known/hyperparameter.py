"""Settings and options that act otherwise."""

from typing import Final

from sympy import Symbol

from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, g

_SWAP: Final = Symbol("swap", nonnegative=True)

BETAS_SWAPPED: Final = Edit(
    id="betas-swapped",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="beta1 and beta2 are taken in each other's place.",
    effect="With the default betas, momentum spans 1000 steps and the normalisation 10. "
    "Relative difference of the displacement: 0 at t = 1, 0.12 at t = 10, "
    "0.75 at t = 100, 0.86 at t = 1000.",
    remedy="Exchange the two coefficients.",
    test="Two steps with different gradients and betas; the first step is right.",
    links=("https://arxiv.org/abs/1412.6980v9",),
    operations=(
        Substitute(beta1, _SWAP),
        Substitute(beta2, beta1),
        Substitute(_SWAP, beta2),
    ),
)

SECOND_MOMENT_WITH_BETA1: Final = Edit(
    id="second-moment-with-beta1",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="The second moment decays with beta1; its bias correction has beta2.",
    effect="The first step is sqrt((1-beta2) / (1-beta1)) alpha: a tenth of alpha for betas "
    "(0.9, 0.999). The normalisation spans 10 steps instead of 1000. "
    "Relative difference of the displacement: 0.9 at t = 1, 0.89 at t = 10, "
    "0.81 at t = 100, 0.48 at t = 1000.",
    remedy="Write v = beta2 * v + (1 - beta2) * grad**2.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="NVIDIA's recsys-examples for padded states, closed: a stride took the second moment "
    "for the first.",
    aliases=("padded-state-stride-mixup",),
    links=("https://github.com/NVIDIA/recsys-examples/issues/419",),
    operations=(Substitute(beta2, beta1, within=(v,)),),
)

BETAS_COMPLEMENTED: Final = Edit(
    id="betas-complemented",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="beta1 and beta2 are the weights of the new gradient, everywhere: 1 - beta in the "
    "paper's terms, and the convention of its first version.",
    effect="With the default betas given as they are, momentum spans one step and the "
    "normalisation too. "
    "Relative difference of the displacement: 0 at t = 1, 0.64 at t = 10, "
    "0.63 at t = 100, 0.62 at t = 1000.",
    test="Two steps with different gradients; the first is right.",
    seen_in="blocks until 2017.",
    links=(
        "https://github.com/mila-iqia/blocks/issues/1159",
        "https://github.com/mila-iqia/blocks/pull/1176",
    ),
    operations=(Substitute(beta1, 1 - beta1), Substitute(beta2, 1 - beta2)),
)

BETAS_COMPLEMENTED_IN_MOMENTS: Final = Edit(
    id="betas-complemented-in-moments",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="beta1 and beta2 are the weights of the new gradient in the moments, and the "
    "weights of the old moments in the bias correction.",
    effect="With betas (0.1, 0.001), which it is meant for, the correction is complete after one "
    "step: the first step is 3.5 alpha. "
    "Relative difference of the displacement: 0.72 at t = 1, 0.83 at t = 10, "
    "0.8 at t = 100, 0.53 at t = 1000.",
    remedy="Exchange beta and 1 - beta in the moments.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="An Adam for Theano that many projects copied, skip-thoughts among them, open.",
    links=("https://github.com/ryankiros/skip-thoughts/issues/82",),
    operations=(
        Substitute(beta1, 1 - beta1, within=(m,)),
        Substitute(beta2, 1 - beta2, within=(v,)),
    ),
    only=frozenset(
        {
            "adam",
            "adam-atan2",
            "adamw",
            "ademamix",
            "lamb",
            "nadam",
            "radam",
            "sparse-adam",
        }
    ),
)

MAXIMIZE: Final = Edit(
    id="maximize",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The gradient's sign is turned: the step climbs.",
    effect="The objective is maximized. Where nobody asked for it, it is the wrong sign of the "
    "update. "
    "Relative difference of the displacement: 2 at t = 1, 2 at t = 10, "
    "2 at t = 100, 2 at t = 1000.",
    test="One step with a gradient of 1: the parameter must decrease, with maximize increase.",
    seen_in="PyTorch, as an option. By mistake: Paddle's Adagrad of 2017.",
    aliases=("wrong-sign", "paddle-adagrad-ascent"),
    operations=(Substitute(g, -g),),
    links=(
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",
        "https://github.com/torch/optim/pull/52",
        "https://github.com/PaddlePaddle/Paddle/issues/4184",
        "https://github.com/PaddlePaddle/Paddle/pull/4743",
    ),
    option="maximize",
)

MAXIMIZE_IGNORED: Final = Edit(
    id="maximize-ignored",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="maximize is accepted and the step descends: the gradient's sign is turned twice, or "
    "never.",
    effect="The objective is minimized. Where the sign is turned again after L2 weight decay was "
    "added, weights grow besides (weight-decay-sign). "
    "Relative difference of the displacement: 2 at t = 1, 2 at t = 10, "
    "2 at t = 100, 2 at t = 1000.",
    remedy="Turn the sign once, without changing the gradient in place.",
    test="One step with maximize and a gradient of 1: the parameter must increase.",
    seen_in="Adai of pytorch_optimizer.",
    aliases=("adai-maximize-negated-twice",),
    operations=(Substitute(-g * (1 - beta1), g * (1 - beta1), within=(m,)),),
    links=("https://github.com/kozistr/pytorch_optimizer/pull/528",),
)
