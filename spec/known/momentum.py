"""Momentum in other forms: scaled, with the step size inside, looked ahead."""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithm import Equation, State
from optimspec.spec.algorithms.sgd import b
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Fault, Kind
from optimspec.spec.hyperparameters import MU, WEIGHT_DECAY
from optimspec.spec.known.weight_decay import g_decayed
from optimspec.spec.matching import IfPossible
from optimspec.spec.symbols import alpha, g, lam, mu, theta

_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html"

HEAVY_BALL: Final = Edit(
    id="heavy-ball",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step is a sum of all gradients, those of the past weighted by powers of mu.",
    effect="Along a constant gradient steps grow to 1 / (1-mu) times those of SGD: 10 times for "
    "mu = 0.9.",
    test="Two steps with the same gradient: the second is 1 + mu times as long as the first.",
    links=(_DOCUMENTATION,),
    operations=(
        Substitute(g, b),
        Insert(Equation(b, mu * b.prev + g, "momentum")),
    ),
    hyperparameters=(MU,),
    state=(State(b, Integer(0), "momentum buffer"),),
    option="momentum",
    only=frozenset({"sgd"}),
)

NESTEROV_MOMENTUM: Final = Edit(
    id="nesterov-momentum",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is looked ahead: the step is g + mu b.",
    effect="The first step is 1 + mu times as long: 1.9 times for mu = 0.9. Relative difference of "
    "the displacement: 0.9 at t = 1, 0.13 at t = 10, 0.023 at t = 100, 0.0071 at t = 1000.",
    test="One step from zero state: |step| / (alpha |g|) is 1 + mu.",
    links=(_DOCUMENTATION,),
    operations=(Substitute(b, g + mu * b, within=(theta,)),),
    option="nesterov",
    only=frozenset({"momentum"}),
)

NESTEROV_SIGN: Final = Edit(
    id="nesterov-lookahead-sign",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The looked-ahead momentum is added to the parameter instead of subtracted: a "
    "bracket is missing around g + mu b.",
    effect="The step is g - mu b: along a constant gradient it climbs from the second step on for "
    "mu = 0.9. Relative difference of the displacement: 0.95 at t = 1, 1.6 at t = 10, 1.8 at "
    "t = 100, 1.8 at t = 1000.",
    remedy="Subtract lr * (grad + momentum * buffer).",
    test="One step from zero state: |step| / (alpha |g|) must be 1 + mu, and is 1 - mu.",
    seen_in="PaddlePaddle before its pull request 12231.",
    links=("https://github.com/PaddlePaddle/Paddle/pull/12231",),
    operations=(Substitute(mu * b, -mu * b, within=(theta,)),),
    only=frozenset({"nesterov"}),
)

LR_INSIDE_VELOCITY: Final = Edit(
    id="lr-inside-velocity",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The buffer holds steps, not gradients: each gradient is multiplied by the step size "
    "of its own time.",
    effect="None while alpha stays the same. After a change of alpha the old momentum keeps its "
    "old size, and the new step size takes 1 / (1-mu) steps to act.",
    test="Change alpha between two steps, for instance to a tenth.",
    seen_in="Sutskever et al. (2013), Caffe, Keras and MXNet; RMSprop of TensorFlow, Keras and "
    "optax. PyTorch has it outside, and so has optax's SGD.",
    links=(
        "https://proceedings.mlr.press/v28/sutskever13.html",
        "https://github.com/pytorch/pytorch/issues/1099",
        "https://github.com/pytorch/pytorch/pull/1196",
        "https://github.com/apache/mxnet/issues/15533",
        "https://github.com/paiml/aprender/pull/2190",
        "https://github.com/cjlin1/simpleNN/issues/7",
    ),
    operations=(
        Substitute(g, alpha * g, within=(b,)),
        Substitute(alpha, Integer(1), within=(theta,)),
        IfPossible(Substitute(g, alpha * g, within=(theta,))),
    ),
    only=frozenset({"sgd", "momentum", "nesterov", "rmsprop"}),
    aliases=("sgd-lr-inside-velocity",),
)

MOMENTUM_AS_AVERAGE: Final = Edit(
    id="momentum-as-average",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The gradient is multiplied by 1 - mu: the buffer is an average of the gradients, "
    "not their sum.",
    effect="Steps are 1 - mu times as long: a tenth for mu = 0.9.",
    test="One step from zero state.",
    seen_in="HIPS autograd; MLX up to 0.0.4, which then took PyTorch's form.",
    links=(
        "https://github.com/HIPS/autograd/issues/289",
        "https://github.com/ml-explore/mlx/pull/87",
    ),
    operations=(Substitute(g, (1 - mu) * g),),
    only=frozenset({"momentum", "nesterov"}),
    aliases=("sgd-momentum-ema-scaling",),
)

MAXIMIZE_TURNS_DECAY: Final = Edit(
    id="maximize-turns-decay",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="To maximize, the sign is turned after weight decay is added: the decay's sign too.",
    effect="Parameters grow by the factor 1 + alpha lambda instead of decaying.",
    remedy="Turn the gradient's sign first, then add weight_decay * parameter.",
    test="maximize, a weight decay, and gradients of zero: parameters must shrink.",
    seen_in="PyTorch's documentation of SGD until issue 149476; its code does it right.",
    links=("https://github.com/pytorch/pytorch/issues/149476",),
    operations=(
        Substitute(g, g_decayed),
        Insert(Equation(g_decayed, -(g + lam * theta.prev), "turned gradient with L2 penalty")),
    ),
    hyperparameters=(WEIGHT_DECAY,),
    option="maximize",
    only=frozenset({"sgd", "momentum", "nesterov", "adam"}),
    aliases=("sgd-maximize-doc-sign",),
)

NESTEROV_FORM: Final = Fault(
    id="shifted-nesterov",
    kind=Kind.FALSE_ALARM,
    category=Category.FORMULA,
    statement="The step is alpha (mu^2 b + (1 + mu) g), with the buffer of the step before.",
    effect="None: it is alpha (g + mu b) with the new buffer. It was reported as momentum that is "
    "applied twice, and as another method than that of Sutskever et al., whose parameter is "
    "theta + alpha mu b. With the step size inside the buffer it is the variant "
    "lr-inside-velocity.",
    test="Claims nesterov-shifted-form and nesterov-is-sutskevers; alpha must not change.",
    seen_in="Keras, Pylearn2 and Mocha.jl; PyTorch was reported likewise.",
    links=(
        "https://arxiv.org/abs/1212.0901v2",
        "https://github.com/keras-team/keras/issues/966",
        "https://github.com/keras-team/keras/issues/14115",
        "https://github.com/lisa-lab/pylearn2/pull/1030",
        "https://github.com/pluskid/Mocha.jl/pull/47",
        "https://github.com/pytorch/pytorch/pull/5920",
    ),
    aliases=("nesterov-form-false-alarm",),
    specimen="optimspec.impls.shifted_nesterov:ShiftedNesterov",
    spec="nesterov",
)
