"""What has been made of Adan: the paper's own form, the forms of decay, and mistakes."""

from typing import Final

from sympy import Eq, Integer, Piecewise

from optimspec.spec.algorithms.adam import m, m_hat
from optimspec.spec.algorithms.adan import (
    ADAN,
    beta3,
    delta,
    g_last,
    m_diff,
    m_diff_hat,
    n,
    n_hat,
)
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import WEIGHT_DECAY
from optimspec.spec.symbols import Variable, alpha, beta1, beta2, g, lam, t, theta

_ONLY: Final = frozenset({ADAN.name})
_PAPER: Final = "https://arxiv.org/abs/2208.06677v4"
_RATE: Final = Variable("rate")
_SHRUNK: Final = 1 + alpha * lam

ADAN_OF_THE_PAPER: Final = Edit(
    id="adan-of-the-paper",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The averages start from the first values that they are made of, and there is no "
    "bias correction: Adan as Algorithm 1 of its paper states it.",
    effect="The first gradient weighs for 1 / (1-beta1) steps: of gradients from N(0, 1), the "
    "steps are 2.5 to 3.7 times as long from the second to the tenth. "
    "Relative difference of the displacement: 0 at t = 1, 2.7 at t = 10, "
    "3.4 at t = 100, 1.5 at t = 1000.",
    test="A gradient of 1, then zeros: the second step must not be that of the corrected averages.",
    seen_in="Xie et al., Algorithm 1, with eps-inside-root; its authors' code corrects the bias.",
    links=(_PAPER, "https://github.com/lucidrains/Adan-pytorch/issues/2"),
    operations=(
        Replace(m, Piecewise((g, Eq(t, 1)), (ADAN[m].rhs, True))),
        Replace(m_diff, Piecewise((delta, t <= 2), (ADAN[m_diff].rhs, True))),
        Replace(n, Piecewise((g**2, Eq(t, 1)), (ADAN[n].rhs, True))),
        Replace(m_hat, m),
        Replace(m_diff_hat, m_diff),
        Replace(n_hat, n),
    ),
    only=_ONLY,
)

ADAN_DIFFERENCE_LOST: Final = Edit(
    id="adan-difference-lost",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The gradient is never kept for the next step: the difference is taken from zero, "
    "and is the gradient itself.",
    effect="What is looked ahead is 1 + beta2 times the gradient, whether it changes or not: no "
    "momentum of Nesterov is left. "
    "Relative difference of the displacement: 2.4e-08 at t = 1, 0.68 at t = 10, "
    "0.86 at t = 100, 1.1 at t = 1000.",
    remedy="Store the gradient at the end of every step, and start from a difference of zero.",
    test="Two steps with different gradients; the first is right.",
    seen_in="Holocron (pylocron 0.3.0), whose prev_grad stays zero.",
    links=("https://github.com/frgfm/Holocron/blob/main/holocron/optim/adan.py",),
    operations=(Replace(delta, g),),
    only=_ONLY,
)

ADAN_FIRST_GRADIENT_LOST: Final = Edit(
    id="adan-first-gradient-lost",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The first gradient enters no average, only the difference of the second step; the "
    "bias correction counts its step all the same.",
    effect="The first step does nothing, and later ones lack its share of the averages. "
    "Relative difference of the displacement: 1 at t = 1, 0.84 at t = 10, "
    "0.45 at t = 100, 0.18 at t = 1000.",
    remedy="Update the averages at the first step too, with a difference of zero.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="Adan-pytorch of lucidrains, with adan-betas-complemented, open.",
    links=("https://github.com/lucidrains/Adan-pytorch/issues/2",),
    operations=tuple(
        Replace(average, Piecewise((Integer(0), Eq(t, 1)), (ADAN[average].rhs, True)))
        for average in (m, m_diff, n)
    ),
    only=_ONLY,
)

ADAN_PROXIMAL_DECAY: Final = Edit(
    id="adan-proximal-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step ends by dividing the parameter by 1 + alpha lambda: the decay of Adan's "
    "paper, a proximal step.",
    effect="All parameters decay at the same rate; 1 / (1 + x) is 1 - x up to its square, so that "
    "alpha lambda = 1e-5 hardly tells it from decoupled-weight-decay. "
    "Relative difference of the displacement: 0.0091 at t = 1, 0.036 at t = 10, "
    "0.15 at t = 100, 0.58 at t = 1000.",
    test="Zero gradients and alpha lambda = 1: the parameter must be halved.",
    seen_in="The weight_decay of its authors' code, where no_prox=True gives "
    "decoupled-weight-decay; optax has decoupled-weight-decay alone.",
    links=(_PAPER, "https://github.com/sail-sg/Adan/blob/main/adan.py"),
    operations=(
        Substitute(alpha, _RATE, within=(theta,)),
        Substitute(theta.prev, theta.prev / _SHRUNK, within=(theta,)),
        Substitute(_RATE, alpha / _SHRUNK, within=(theta,)),
    ),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=_ONLY,
)

ADAN_LOOKAHEAD_COMPLEMENTED: Final = Edit(
    id="adan-lookahead-complemented",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="The difference is looked ahead by 1 - beta2 instead of beta2: the paper's formula "
    "with the code's betas, which are 1 minus the paper's.",
    effect="With the default the difference weighs 0.08 instead of 0.92. "
    "Relative difference of the displacement: 0 at t = 1, 0.62 at t = 10, "
    "0.88 at t = 100, 0.95 at t = 1000.",
    remedy="Weigh the difference by beta2, where beta2 is the share of the old average.",
    test="Two steps with different gradients; the first is right.",
    seen_in="optax, open.",
    links=("https://github.com/google-deepmind/optax/pull/1715",),
    operations=(Substitute(beta2, 1 - beta2, within=(n, theta)),),
    only=_ONLY,
)

ADAN_BETAS_COMPLEMENTED: Final = Edit(
    id="adan-betas-complemented",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The three betas are the weights of the new values, everywhere, as in the paper.",
    effect="With betas of the other convention the averages hardly look back: 0.98 becomes 0.02. "
    "Relative difference of the displacement: 0 at t = 1, 0.81 at t = 10, "
    "1.1 at t = 100, 1.1 at t = 1000.",
    test="Two steps with different gradients; the first is right.",
    seen_in="The paper, and Adan-pytorch of lucidrains, whose default is (0.02, 0.08, 0.01).",
    links=(_PAPER, "https://github.com/sail-sg/Adan/issues/4"),
    operations=tuple(Substitute(beta, 1 - beta) for beta in (beta1, beta2, beta3)),
    only=_ONLY,
)

ADAN_MAXIMIZED_AFTERWARDS: Final = Edit(
    id="adan-maximized-afterwards",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="With maximize, the gradient is turned after it was kept as the one before: the "
    "first difference is twice the gradient instead of none.",
    effect="The first step is right, as its square divides it; the excess stays in the averages "
    "for some 1 / (1-beta3) steps: beside maximize done right, the displacement differs by 43 % at "
    "t = 10, 24 % at t = 100 and 9.5 % at t = 1000.",
    remedy="Turn the gradient before it is kept.",
    test="Two steps with maximize and gradients of 1: the second must be alpha long.",
    seen_in="pytorch_optimizer 4.1.0.",
    links=(
        "https://github.com/kozistr/pytorch_optimizer/blob/main/pytorch_optimizer/optimizer/adan.py",
    ),
    operations=(
        Substitute(g, -g),
        Replace(delta, Piecewise((-2 * g, Eq(t, 1)), (-g - g_last.prev, True))),
    ),
    only=_ONLY,
)
