"""The variants of Adam that somebody documented on purpose, as edits of Algorithm 1."""

from typing import Final

from sympy import Integer, Interval, oo, sqrt

from optimspec.spec.adam import ADAM, m, m_hat, v, v_hat
from optimspec.spec.algorithm import Algorithm, Equation, Hyperparameter, Source
from optimspec.spec.edit import Edit, Insert, Kind, Substitute
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, eps, g, lam, t, theta

g_decayed: Final = Variable("g_decayed")

WEIGHT_DECAY: Final = Hyperparameter(lam, "0.01", Interval(0, oo), "weight decay")

EPS_HAT: Final = Edit(
    id="eps-hat",
    kind=Kind.VARIANT,
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
    statement="eps is added to v_hat under the square root, not to the root.",
    effect="The floor of the denominator is sqrt(eps), 1e-4 for eps = 1e-8: gradients below it "
    "take smaller steps than Adam's.",
    operations=(Substitute(sqrt(v_hat) + eps, sqrt(v_hat + eps), within=(theta,)),),
    links=("https://github.com/FluxML/Flux.jl/pull/448",),
)

NO_BIAS_CORRECTION: Final = Edit(
    id="no-bias-correction",
    kind=Kind.VARIANT,
    statement="The moments are used as they are, without bias correction.",
    effect="The first step is alpha (1-beta1) / sqrt(1-beta2) instead of alpha: 3.16 times as long "
    "for betas (0.9, 0.999); the difference fades over 1 / (1-beta2) steps.",
    operations=(
        Substitute(1 - beta1**t, Integer(1), within=(m_hat,)),
        Substitute(1 - beta2**t, Integer(1), within=(v_hat,)),
    ),
    links=(
        "https://ml-explore.github.io/mlx/build/html/python/optimizers/_autosummary/mlx.optimizers.Adam.html",
    ),
)

L2_WEIGHT_DECAY: Final = Edit(
    id="l2-weight-decay",
    kind=Kind.VARIANT,
    statement="Weight decay is added to the gradient and passes through both moments.",
    effect="The decay of a parameter is divided by the size of its gradients: it is not the weight "
    "decay of AdamW.",
    operations=(
        Insert(Equation(g_decayed, g + lam * theta.prev, "gradient with L2 penalty"), before=m),
        Substitute(g, g_decayed, within=(m, v)),
    ),
    links=("https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",),
    hyperparameters=(WEIGHT_DECAY,),
)

DECOUPLED_WEIGHT_DECAY: Final = Edit(
    id="decoupled-weight-decay",
    kind=Kind.VARIANT,
    statement="Each step first shrinks the parameter by the factor 1 - alpha lambda (AdamW).",
    effect="All parameters decay at the same rate, whatever their gradients.",
    operations=(Substitute(theta.prev, (1 - alpha * lam) * theta.prev, within=(theta,)),),
    links=(
        "https://arxiv.org/abs/1711.05101",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html",
    ),
    hyperparameters=(WEIGHT_DECAY,),
)

MAXIMIZE: Final = Edit(
    id="maximize",
    kind=Kind.VARIANT,
    statement="The gradient's sign is turned: the step climbs.",
    effect="The objective is maximized.",
    operations=(Substitute(g, -g),),
    links=("https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",),
)

ADAM_VARIANTS: Final = (
    L2_WEIGHT_DECAY,
    DECOUPLED_WEIGHT_DECAY,
    EPS_INSIDE_ROOT,
    EPS_HAT,
    NO_BIAS_CORRECTION,
    MAXIMIZE,
)
"""In the order in which they are made when several are combined."""

ADAMW: Final[Algorithm] = ADAM.edited(DECOUPLED_WEIGHT_DECAY).renamed(
    "adamw",
    "AdamW",
    Source(
        "Loshchilov & Hutter, Decoupled Weight Decay Regularization, arXiv:1711.05101v3",
        "Algorithm 2, its decay scaled by alpha as in PyTorch",
        "https://arxiv.org/abs/1711.05101v3",
    ),
)
"""AdamW. Moments, bias correction and eps are Adam's."""
