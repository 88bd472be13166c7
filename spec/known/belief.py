"""AdaBelief otherwise: where its eps goes, and which average the gradient is compared with."""

from typing import Final

from sympy import Integer, Interval, Symbol, oo

from optimspec.spec.algorithms.adabelief import s, s_hat
from optimspec.spec.algorithms.adam import m
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import Hyperparameter
from optimspec.spec.symbols import eps, g

_ISSUES: Final = "https://github.com/juntang-zhuang/Adabelief-Optimizer/issues"
_OPTAX: Final = "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adabelief"
_ONLY: Final = frozenset({"adabelief"})

eps_root: Final = Symbol("epsilon_root", nonnegative=True)

EPS_ROOT: Final = Hyperparameter(
    eps_root, "1e-16", Interval(0, oo), "what is added to the belief",
    usual="1e-4", tried=("0", "1", "0.5", "1e-3", "1e-8"), decades=(-12, 0),
    exact="1/64", changed="0.5",
    keys=("eps_root",),
)  # fmt: skip

BELIEF_WITHOUT_EPS: Final = Edit(
    id="belief-without-eps",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the root of the belief alone, and not to the belief.",
    effect="Along a steady gradient the belief fades, and steps grow until eps stops them: to "
    "alpha |g| / eps instead of alpha |g| / sqrt(eps).",
    test="The same gradient for fifty steps with beta1 = 0.5.",
    seen_in="The first version of the paper; Flux until 2022.",
    links=("https://arxiv.org/abs/2010.07468v1", f"{_ISSUES}/23",
           "https://github.com/FluxML/Flux.jl/pull/1963"),
    operations=(Substitute(eps, Integer(0), within=(s,)),),
    only=_ONLY,
)  # fmt: skip

BELIEF_EPS_NOT_KEPT: Final = Edit(
    id="belief-eps-not-kept",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is added to the belief where it is used, and not kept: s_hat is "
    "(s + eps) / (1 - beta2^t).",
    effect="eps does not add up: in the limit it counts once, not 1 / (1-beta2) times, which is "
    "1000 times for beta2 = 0.999.",
    test="eps = 0.5 with gradients of size 1, two steps; the first does not show it.",
    seen_in="The paper's appendix and its project page. Its authors stand by the sum, which came "
    "of add_ in place of add.",
    links=(f"{_ISSUES}/61", f"{_ISSUES}/32", f"{_ISSUES}/18", f"{_ISSUES}/57"),
    operations=(
        Substitute(eps, Integer(0), within=(s,)),
        Substitute(s, s + eps, within=(s_hat,)),
    ),
    only=_ONLY,
)

BELIEF_EPS_OF_ITS_OWN: Final = Edit(
    id="belief-eps-of-its-own",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="What is added to the belief is another number than what is added to its root.",
    effect="A caller who sets eps alone changes one of the two.",
    test="eps = 1e-8 as in the paper, with a steady gradient.",
    seen_in="optax, whose eps and eps_root are both 1e-16.",
    links=(_OPTAX, "https://github.com/google-deepmind/optax/issues/440"),
    operations=(Substitute(eps, eps_root, within=(s,)),),
    hyperparameters=(EPS_ROOT,),
    option="eps_root",
    only=_ONLY,
)

BELIEF_OF_OLD_AVERAGE: Final = Edit(
    id="belief-of-old-average",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The gradient is compared with the first moment of the step before.",
    effect="At the first step the belief is g^2 instead of beta1^2 g^2: steps are 0.9 times as "
    "long for beta1 = 0.9.",
    remedy="Subtract the new first moment from the gradient.",
    test="One step from zero state: |step| / alpha must be 1 / beta1.",
    seen_in="optax until 2024, fixed; its ACProp, open.",
    links=(
        "https://github.com/google-deepmind/optax/pull/1130",
        "https://github.com/google-deepmind/optax/pull/1716",
    ),
    operations=(Substitute(g - m, g - m.prev, within=(s,)),),
    only=_ONLY,
)
