"""Weight decay: coupled, decoupled, or lost."""

from typing import Final

from sympy import Integer

from optimspec.spec.adam import m, v
from optimspec.spec.algorithm import Equation
from optimspec.spec.edit import Edit, Insert, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import WEIGHT_DECAY
from optimspec.spec.symbols import Variable, alpha, g, lam, theta

g_decayed: Final = Variable("g_decayed")

WEIGHT_DECAY_IGNORED: Final = Edit(
    id="weight-decay-ignored",
    kind=Kind.BUG,
    category=Category.WEIGHT_DECAY,
    statement="The weight decay coefficient is accepted and has no effect.",
    effect="Parameters do not decay.",
    remedy="Use lambda in the update, or refuse it.",
    links=(
        "https://github.com/kozistr/pytorch_optimizer/issues/517",
        "https://github.com/PaddlePaddle/Paddle/issues/5836",
    ),
    operations=(Substitute(lam, Integer(0)),),
)

L2_WEIGHT_DECAY: Final = Edit(
    id="l2-weight-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Weight decay is added to the gradient and passes through both moments.",
    effect="The decay of a parameter is divided by the size of its gradients: it is not the weight "
    "decay of AdamW.",
    operations=(
        Insert(Equation(g_decayed, g + lam * theta.prev, "gradient with L2 penalty"), before=m),
        Substitute(g, g_decayed, within=(m, v)),
    ),
    links=("https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=frozenset({"adam"}),
)

DECOUPLED_WEIGHT_DECAY: Final = Edit(
    id="decoupled-weight-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step first shrinks the parameter by the factor 1 - alpha lambda (AdamW).",
    effect="All parameters decay at the same rate, whatever their gradients.",
    operations=(Substitute(theta.prev, (1 - alpha * lam) * theta.prev, within=(theta,)),),
    links=(
        "https://arxiv.org/abs/1711.05101",
        "https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html",
    ),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=frozenset({"adam"}),
)
