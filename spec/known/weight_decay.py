"""Weight decay, coupled and decoupled, in the ways that somebody means it."""

from typing import Final

from sympy import Eq

from optimspec.spec.algorithm import Algorithm, Equation
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import WEIGHT_DECAY
from optimspec.spec.symbols import Variable, alpha, g, lam, theta

g_decayed: Final = Variable("g_decayed")
PENALISED: Final = Equation(g_decayed, g + lam * theta.prev, "gradient with L2 penalty")

_KEPT: Final = 1 - alpha * lam
_HELD: Final = Variable("held")


def _undecayed(algorithm: Algorithm) -> bool:
    """Whether it has no decay of its own, and no gradient of zero that means that there is none.

    To that nothing can be added, or every element would have a gradient.
    """
    return not any(e.rhs.has(lam, Eq(g, 0)) for e in algorithm.equations)


def _decays_apart(algorithm: Algorithm) -> bool:
    """Whether shrinking the parameter is a decay, and another one than through the gradient.

    alpha must be a step size, not only where one starts. A point that is kept from the start, as an
    average of parameters is, would have to shrink too. In plain gradient descent both are one.
    """
    return (
        _undecayed(algorithm)
        and any(e.rhs.has(alpha) for e in algorithm.equations)
        and not any(s.start.has(theta.prev) for s in algorithm.state)
        and algorithm[theta].rhs != theta.prev - alpha * g
    )


L2_WEIGHT_DECAY: Final = Edit(
    id="l2-weight-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay is added to the gradient and goes where the gradient goes.",
    effect="In Adam it passes through both moments: the decay of a parameter is divided by the "
    "size of its gradients, and is not the weight decay of AdamW. "
    "Relative difference of the displacement: 1.2e-08 at t = 1, 0.023 at t = 10, "
    "0.089 at t = 100, 0.29 at t = 1000.",
    test="Zero gradients and lambda > 0: the first moment must take up lambda theta.",
    seen_in="The weight_decay of PyTorch's Adam; its documentation said otherwise, and was changed "
    "twice.",
    aliases=("adam-l2-vs-decoupled",),
    operations=(
        Substitute(g, g_decayed),
        Insert(PENALISED),
    ),
    links=(
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
        "https://github.com/pytorch/pytorch/pull/41679",
        "https://github.com/pytorch/pytorch/pull/43055",
        "https://github.com/google-deepmind/optax/issues/417",
        "https://github.com/google-deepmind/optax/pull/1635",
    ),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    where=_undecayed,
)

DECOUPLED_WEIGHT_DECAY: Final = Edit(
    id="decoupled-weight-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step first shrinks the parameter by the factor 1 - alpha lambda (AdamW).",
    effect="All parameters decay at the same rate, whatever their gradients. "
    "Relative difference of the displacement: 0.0091 at t = 1, 0.023 at t = 10, "
    "0.09 at t = 100, 0.29 at t = 1000.",
    test="Zero gradients and lambda > 0: the parameter must shrink by 1 - alpha lambda, and the "
    "first moment stay 0.",
    seen_in="AdamW. Where L2 was promised: FlagGems' _fused_adam, and MXNet's Adam before 0.10.",
    aliases=("fused-adam-op-implements-adamw", "mxnet-decay-outside-moments-and-clip"),
    operations=(Substitute(theta.prev, _KEPT * theta.prev, within=(theta,)),),
    links=(
        "https://arxiv.org/abs/1711.05101",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html",
        "https://github.com/flagos-ai/FlagGems/pull/4989",
        "https://github.com/apache/mxnet/issues/5099",
        "https://github.com/apache/mxnet/issues/9363",
        "https://github.com/apache/mxnet/issues/9881",
        "https://github.com/apache/mxnet/issues/7295",
    ),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    where=_decays_apart,
)

DECAY_AFTER_UPDATE: Final = Edit(
    id="decay-after-update",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step shrinks the parameter by the factor 1 - alpha lambda after the update, "
    "so that the update shrinks too.",
    effect="Each update is a factor 1 - alpha lambda shorter: 1e-5 relative with alpha = 1e-3 and "
    "lambda = 0.01, which float32 hardly shows. "
    "Relative difference of the displacement: 1e-05 at t = 1, 1e-05 at t = 10, "
    "1e-05 at t = 100, 1e-05 at t = 1000.",
    test="alpha lambda of 0.1 or more, one step from a parameter of 0.",
    seen_in="The handout of cs336's first assignment states it. Hugging Face's AdamW, two backends "
    "of bitsandbytes and C-Optim have it, where it was reported as a mistake.",
    operations=(
        Substitute(_KEPT, _HELD, within=(theta,)),
        Substitute(alpha, alpha * _HELD, within=(theta,)),
        Substitute(_HELD, _KEPT, within=(theta,)),
    ),
    links=(
        "https://github.com/huggingface/transformers/issues/14539",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/issues/2010",
        "https://github.com/kyleliang919/C-Optim/issues/3",
        "https://github.com/stanford-cs336/assignment1-basics/issues/54",
    ),
)

DECAY_NOT_SCALED_BY_LR: Final = Edit(
    id="decay-not-scaled-by-lr",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step shrinks the parameter by the factor 1 - lambda, whatever the step size: "
    "the paper's AdamW with a schedule of 1.",
    effect="The decay is 1 / alpha times as strong: 1000 times for alpha = 1e-3. "
    "Relative difference of the displacement: 9.1 at t = 1, 22 at t = 10, "
    "58 at t = 100, 30 at t = 1000.",
    test="Zero gradients, lambda = 0.01 and alpha = 1e-3, one step: the parameter must shrink by "
    "1e-5, not 1e-2.",
    seen_in="On purpose: TensorFlow Addons; Flux and Optimisers.jl, neural-fortran until they "
    "changed. By mistake: Chainer 6.0.0 on CPUs, fixed.",
    aliases=("adamw-decay-lr-scaled-or-not", "chainer-adamw-cpu-missing-eta"),
    operations=(Substitute(_KEPT, 1 - lam, within=(theta,)),),
    links=(
        "https://github.com/pytorch/pytorch/issues/38853",
        "https://github.com/NVIDIA/apex/issues/1849",
        "https://github.com/google-deepmind/optax/issues/292",
        "https://github.com/tensorflow/addons/issues/2282",
        "https://github.com/keras-team/keras/pull/16274",
        "https://github.com/FluxML/Optimisers.jl/issues/182",
        "https://github.com/FluxML/Flux.jl/issues/2433",
        "https://github.com/modern-fortran/neural-fortran/issues/152",
        "https://github.com/egg-west/AdamW-pytorch/issues/1",
        "https://github.com/chainer/chainer/issues/7365",
    ),
)
