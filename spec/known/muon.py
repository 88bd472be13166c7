"""Muon's momentum, eps and scale in other forms."""

from typing import Final

from sympy import Integer, Max, Rational, sqrt

from optimspec.spec.algorithm import Equation
from optimspec.spec.algorithms.muon import MUON, eps0, m, u
from optimspec.spec.edit import Edit, Insert, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.matching import IfPossible
from optimspec.spec.operations import norm
from optimspec.spec.symbols import Variable, columns, g, mu, rows, theta

_MUON: Final = frozenset({MUON.name})
_PYTORCH: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.Muon.html"
raw: Final = Variable("raw")
_SCALE: Final = sqrt(Max(1, rows / columns))

EPS_LEAST_NORM: Final = Edit(
    id="muon-eps-clamps",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is the least that the norm is taken for; it is not added to it.",
    effect="None where the norm is well above eps, as it nearly always is for eps = 1e-7.",
    test="eps = 1 and a gradient of norm 1: the steps start from 1 instead of 1/2.",
    seen_in="PyTorch, whose documentation says that eps is added to the denominator.",
    links=(_PYTORCH, "https://github.com/pytorch/pytorch/pull/160213"),
    operations=(
        Substitute(1 / (norm(u) + eps0), 1 / Max(norm(u), eps0)),
        IfPossible(Substitute(1 / (norm(raw) + eps0), 1 / Max(norm(raw), eps0))),
    ),
    only=_MUON,
)

SUMMED_MOMENTUM: Final = Edit(
    id="muon-momentum-summed",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is a sum, mu m + g, and the looked-ahead update is g + mu m.",
    effect="Both are 1 / (1-mu) times as large, which the division by the norm takes back: only "
    "eps has a smaller share.",
    test="eps = 1 and a gradient of norm 1.",
    seen_in="The post, and PyTorch's documentation; the code of both has averages.",
    links=("https://kellerjordan.github.io/posts/muon/", _PYTORCH),
    operations=(Replace(m, mu * m.prev + g), Replace(u, g + mu * m)),
    only=_MUON,
)

PLAIN_MOMENTUM: Final = Edit(
    id="muon-without-nesterov",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The momentum is not looked ahead.",
    effect="The current gradient weighs 1-mu in the update, instead of 1-mu^2.",
    test="Two steps with different gradients; the first is the same.",
    seen_in="PyTorch and Jordan's code, as an option.",
    links=(_PYTORCH,),
    operations=(Replace(u, m),),
    option="nesterov",
    only=_MUON,
)

MOMENTUM_NORMALIZED: Final = Edit(
    id="muon-momentum-normalized",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="Without nesterov the update is the momentum itself, and its division by the norm is "
    "done in place: the momentum that is kept has norm 1.",
    effect="Whatever the sizes of the gradients, the past as a whole counts as one gradient of "
    "norm mu / (1-mu): 19 for mu = 0.95.",
    remedy="Divide a copy.",
    test="nesterov=False, bfloat16 parameters, one step with a gradient of norm 5: the momentum "
    "buffer must have norm 5 (1-mu).",
    seen_in="PyTorch's Muon up to 2.13 for parameters in bfloat16, of which bfloat16() is no copy; "
    "fixed.",
    links=("https://github.com/pytorch/pytorch/pull/194664",),
    operations=(
        Insert(Equation(raw, mu * m.prev + (1 - mu) * g, "momentum"), before=m),
        Replace(m, raw / (norm(raw) + eps0)),
        Replace(u, raw),
    ),
    only=_MUON,
)

UNSCALED: Final = Edit(
    id="muon-without-scale",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The step of a matrix with more rows than columns is no longer than that of others.",
    effect="Steps are sqrt(rows / columns) times shorter: half as long for four rows a column.",
    test="One step of a matrix with more rows than columns.",
    seen_in="The first versions of Jordan's code, and the post's definition.",
    links=("https://kellerjordan.github.io/posts/muon/",),
    operations=(Substitute(_SCALE, Integer(1), within=(theta,)),),
    only=_MUON,
)

MATCHED_TO_ADAMW: Final = Edit(
    id="muon-matched-to-adamw",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The step is multiplied by 0.2 sqrt(max(rows, columns)), so that its root mean "
    "square is near that of AdamW's.",
    effect="For n x n matrices steps are 0.2 sqrt(n) times as long: 6.4 times for n = 1024.",
    test="One step of a matrix.",
    seen_in="Moonlight; PyTorch, as adjust_lr_fn='match_rms_adamw'.",
    links=("https://arxiv.org/abs/2502.16982", _PYTORCH),
    operations=(Substitute(_SCALE, Rational(1, 5) * sqrt(Max(rows, columns)), within=(theta,)),),
    only=_MUON,
)
