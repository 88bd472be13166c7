"""Lion, signSGD and Signum otherwise: momentum that is lost or misread, decay that is coupled."""

from typing import Final

from sympy import Integer, sign

from optimspec.spec.algorithm import State
from optimspec.spec.algorithms.lion import LION, c
from optimspec.spec.algorithms.signsgd import SIGNUM, m
from optimspec.spec.edit import Edit, Insert, Replace, Substitute
from optimspec.spec.entry import Category, Fault, Kind
from optimspec.spec.hyperparameters import MU
from optimspec.spec.known.weight_decay import PENALISED, g_decayed
from optimspec.spec.symbols import alpha, beta1, beta2, g, lam, theta

_SIGNSGD_FIXES: Final = "https://github.com/kozistr/pytorch_optimizer/pull/516"
_OPTIMISERS: Final = "https://github.com/FluxML/Optimisers.jl/pull/129"

SIGN_OF_AVERAGE: Final = Edit(
    id="sign-of-average",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step is the sign of an average of all gradients: signSGD with momentum is "
    "Signum.",
    effect="A gradient whose sign is new does not turn the step before the average has turned.",
    test="Gradients of 1, then of -0.1: the second step goes on.",
    seen_in="signSGD of its authors and of pytorch_optimizer, whose momentum is on by default.",
    links=(
        "https://arxiv.org/abs/1802.04434",
        "https://pytorch-optimizers.readthedocs.io/en/latest/optimizer/",
    ),
    operations=(
        Insert(SIGNUM[m]),
        Substitute(sign(g), sign(m), within=(theta,)),
    ),
    hyperparameters=(MU,),
    state=(State(m, Integer(0), "momentum", ("momentum_buffer", "exp_avg")),),
    option="momentum",
    only=frozenset({"signsgd"}),
)

MOMENTUM_NOT_KEPT: Final = Edit(
    id="momentum-not-kept",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The momentum is zero again before every step.",
    effect="Each step is the sign of the current gradient alone, as in signSGD: the factor "
    "1 - beta of the gradient does not show in a sign.",
    remedy="Create the buffer once, where there is none.",
    test="Gradients of 1, then of -0.1: the second step must go on, and turns.",
    seen_in="SignSGD of pytorch_optimizer before its pull request 516.",
    links=(_SIGNSGD_FIXES,),
    operations=(Substitute(m.prev, Integer(0)),),
    only=frozenset({"lion", "signum"}),
)

LION_MOMENTUM_FIRST: Final = Edit(
    id="lion-momentum-first",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The momentum is updated first, and the new one is interpolated with the gradient.",
    effect="The gradient weighs 1 - beta1 beta2 instead of 1 - beta1: 0.109 for the default betas "
    "where it should weigh 0.1.",
    remedy="Interpolate with the momentum of the step before, or solve for it.",
    test="Gradients of 1, then of -0.09, with betas (0.9, 0.99): a gradient near the turn of the "
    "sign.",
    seen_in="Proposed in the review of Optimisers.jl's Lion, which then solved for the old one.",
    links=(_OPTIMISERS,),
    operations=(Substitute(m.prev, LION[m].rhs, within=(c,)),),
    only=frozenset({"lion"}),
)

LION_WITHOUT_INTERPOLATION: Final = Edit(
    id="lion-without-interpolation",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The step is the sign of the momentum itself, and beta1 has no effect: it is Signum.",
    effect="The gradient weighs 1 - beta2 instead of 1 - beta1, a tenth for the default betas: "
    "the step turns later.",
    remedy="Take the sign of beta1 * m + (1 - beta1) * grad, with the m of the step before.",
    test="Runs with beta1 = 0 and beta1 = 0.9: they must differ.",
    links=("https://arxiv.org/abs/1802.04434v3", "https://arxiv.org/abs/2302.06675v4"),
    operations=(Substitute(sign(c), sign(m), within=(theta,)),),
    only=frozenset({"lion"}),
)

LION_BETAS_WEIGH_GRADIENT: Final = Edit(
    id="lion-betas-weigh-gradient",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="beta2 is the gradient's share of the momentum instead of the momentum's own, and "
    "the update is written for that.",
    effect="With betas (0.9, 0.999) the old momentum weighs 0.0009 in the update: it is signSGD.",
    remedy="Write m = beta2 * m + (1 - beta2) * grad after the update.",
    test="Gradients of 1, then of -0.1: the second step must go on, and turns.",
    seen_in="Optimisers.jl, whose documentation calls the betas decay rates.",
    links=(_OPTIMISERS, "https://fluxml.ai/Optimisers.jl/dev/api/#Optimisers.Lion"),
    operations=(
        Replace(m, (1 - beta2) * m.prev + beta2 * g),
        Replace(
            c,
            beta1 * ((1 - beta2) * m.prev + beta2 * g) + (beta2 - beta1) * g,
        ),
    ),
    only=frozenset({"lion"}),
)

LION_COUPLED_DECAY: Final = Edit(
    id="lion-coupled-decay",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay is added to the gradient, and goes under the sign.",
    effect="It changes directions, not sizes: a parameter decays by alpha a step where lambda "
    "theta outweighs the gradient, and not at all elsewhere.",
    remedy="Shrink the parameter by 1 - alpha lambda, and leave the gradient alone.",
    test="theta = 2, a gradient of -1e-3, lambda = 0.5 and alpha = 0.1, one step: 2 must become "
    "2.0, and becomes 1.9.",
    seen_in="bitsandbytes' 32-bit Lion on CUDA, Triton and its default backend, fixed; its 8-bit "
    "and CPU ones were right.",
    links=(
        "https://github.com/bitsandbytes-foundation/bitsandbytes/issues/1992",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/pull/1993",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/pull/2001",
    ),
    operations=(
        Substitute(1 - alpha * lam, Integer(1), within=(theta,)),
        Substitute(g, g_decayed, within=(c, m)),
        Insert(PENALISED),
    ),
    only=frozenset({"lion"}),
)

SIGN_DECIDED_BY_ROUNDING: Final = Fault(
    id="sign-decided-by-rounding",
    kind=Kind.FALSE_ALARM,
    category=Category.PRECISION,
    statement="Two orders of operations step in opposite directions where the momentum is near "
    "zero.",
    effect="None that a formula could answer for: there the sign is that of a rounding, and the "
    "bound allows for either. It was reported as foreach and for-loop that disagree by 2 alpha.",
    test="A momentum that crosses zero, averaged by lerp and by a weighted sum.",
    seen_in="SignSGD and Tiger of pytorch_optimizer, which then made both paths round alike.",
    aliases=("foreach-differs-from-loop",),
    links=(
        "https://github.com/kozistr/pytorch_optimizer/issues/519",
        "https://github.com/kozistr/pytorch_optimizer/pull/520",
    ),
    specimen="optimspec.impls.naive_sign:LerpSignum",
    spec="signum",
    formats=("float64", "float32", "bfloat16", "float16"),
)
