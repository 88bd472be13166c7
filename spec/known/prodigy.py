"""What libraries make of Prodigy: its authors' eps, and their options."""

from typing import Final

from sympy import Interval, Symbol, oo, sqrt

from optimspec.spec.algorithms.prodigy import BETA3, PRODIGY, d, d_hat, eta, r, s
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import BETA1, WEIGHT_DECAY, Hyperparameter
from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam, t, theta

_ONLY: Final = frozenset({PRODIGY.name})
_CODE: Final = "https://github.com/konstmish/prodigy/blob/main/prodigyopt/prodigy.py"
_OPTAX: Final = "https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.prodigy"

BETA_D: Final = Hyperparameter(
    Symbol("beta_d", nonnegative=True), "0.99", BETA1.domain, "decay rate of the weighted sums",
    usual="0.75", tried=("0", "0.5", "0.99"), decades=(-3, 0),
    exact="0.75", changed="0.5",
    keys=("beta3",),
)  # fmt: skip
D_COEF: Final = Hyperparameter(
    Symbol("c_d", nonnegative=True), "2", Interval.open(0, oo), "factor of the suggested distance",
    usual="2", tried=("1", "0.5", "2"), decades=(-1, 1),
    exact="2", changed="0.5",
    keys=("d_coef", "estim_lr_coef"),
)  # fmt: skip

PRODIGY_RATE_WITHOUT_WEIGHT: Final = Edit(
    id="prodigy-rate-without-weight",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The step size is no factor of the sum of gradients that the estimate divides by.",
    effect="None for alpha = 1; during warm-up the estimate does not grow with 1 / alpha.",
    test="Two steps from a start of zero with alpha = 1/2: the estimate must be half of the "
    "paper's.",
    seen_in="The option safeguard_warmup of its authors' code, of optax and of pytorch_optimizer.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(eta, d.prev, within=(s,)),),
    option="safeguard_warmup",
    only=_ONLY,
)

PRODIGY_BIAS_CORRECTION: Final = Edit(
    id="prodigy-bias-correction",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The step size is multiplied by Adam's bias correction, "
    "sqrt(1 - beta2^t) / (1 - beta1^t), in the weighted sums too.",
    effect="The first step is alpha d0 long instead of 3.16 times that, for betas (0.9, 0.999). "
    "Relative difference of the displacement: 0.68 at t = 1, 0.88 at t = 10, "
    "1 at t = 100, 1 at t = 1000.",
    test="One step from zero state: it must be alpha d0 long.",
    seen_in="The option use_bias_correction of its authors' code; optax, always.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(alpha, alpha * sqrt(1 - beta2**t) / (1 - beta1**t), within=(eta,)),),
    option="use_bias_correction",
    only=_ONLY,
)

PRODIGY_DECAY: Final = Edit(
    id="prodigy-decay",
    kind=Kind.VARIANT,
    category=Category.WEIGHT_DECAY,
    statement="Each step first shrinks the parameter by the factor 1 - alpha d lambda, where d is "
    "the estimate before the step.",
    effect="All parameters decay at the same rate, which grows with the estimate. "
    "Relative difference of the displacement: 0.0029 at t = 1, 0.0051 at t = 10, "
    "0.048 at t = 100, 1 at t = 1000.",
    test="Zero gradients and lambda > 0: the parameter must shrink by 1 - alpha d0 lambda.",
    seen_in="Its authors' code, which does so after a gradient that is not zero; optax and "
    "pytorch_optimizer.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(theta.prev, (1 - eta * lam) * theta.prev, within=(theta,)),),
    hyperparameters=(WEIGHT_DECAY,),
    option="weight_decay",
    only=_ONLY,
)

PRODIGY_EPS_OF_NEW_ESTIMATE: Final = Edit(
    id="prodigy-eps-of-new-estimate",
    kind=Kind.VARIANT,
    category=Category.EPSILON,
    statement="eps is multiplied by the estimate after the step; the moments have the one before.",
    effect="It shows where the estimate grows and eps is comparable with the root of the second "
    "moment over d. "
    "Relative difference of the displacement: 0 at t = 1, 3.5e-08 at t = 10, "
    "9.9e-08 at t = 100, 9.9e-08 at t = 1000.",
    test="Two steps with eps = 0.5, so large that the estimate grows in the second.",
    seen_in="Its authors' code and optax.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(d.prev * eps, d * eps, within=(theta,)),),
    only=_ONLY,
)

PRODIGY_BETA3: Final = Edit(
    id="prodigy-beta3",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The decay rate of the weighted sums is one of its own, not sqrt(beta2).",
    effect="A shorter memory follows the last gradients, and their chance agreement raises the "
    "estimate, which never falls again.",
    test="Three steps with beta3 = 0: the estimate must be that of the last gradient alone.",
    seen_in="The option beta3 of its authors' code, of optax and of pytorch_optimizer.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(BETA3, BETA_D.symbol, within=(r, s)),),
    hyperparameters=(BETA_D,),
    option="beta3",
    only=_ONLY,
)

PRODIGY_COEFFICIENT: Final = Edit(
    id="prodigy-coefficient",
    kind=Kind.VARIANT,
    category=Category.HYPERPARAMETER,
    statement="The distance that the gradients suggest is multiplied by a coefficient.",
    effect="Where gradients keep agreeing the estimate ends as many times larger; where they are "
    "noise, each rise makes the next one larger.",
    test="Two steps from a start of zero: the estimate must be the coefficient times the paper's.",
    seen_in="The option d_coef of its authors' code, and estim_lr_coef of optax.",
    links=(_CODE, _OPTAX),
    operations=(Substitute(r, D_COEF.symbol * r, within=(d_hat,)),),
    hyperparameters=(D_COEF,),
    option="d_coef",
    only=_ONLY,
)
