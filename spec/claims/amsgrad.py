"""AMSGrad's promise, that step sizes never grow: which of its three rules keep it."""

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Gt, Integer, Le, Rational, sqrt

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.algorithms.adam import ADAM, m_hat, v_hat
from optimspec.spec.claim import Claim, Counterexample, Delta, Step, equal
from optimspec.spec.claim_largest import Larger
from optimspec.spec.claim_rules import Computed
from optimspec.spec.claim_rules_order import Combination, NotNegative
from optimspec.spec.known.amsgrad import (
    AMSGRAD,
    AMSGRAD_AFTER_CORRECTION,
    AMSGRAD_OF_THE_PAPER,
    v_max,
)
from optimspec.spec.symbols import alpha, beta1, beta2, eps, t

PAPER: Final = Source(
    "Reddi, Kale & Kumar, On the Convergence of Adam and Beyond",
    "Section 4, Algorithm 2",
    "https://openreview.net/forum?id=ryQu7f-RZ",
)
TORCH: Final = Source(
    "PyTorch, torch.optim.Adam",
    "the algorithm with amsgrad",
    "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html",
)
OPTAX: Final = Source(
    "optax, optax.amsgrad",
    "the default settings",
    "https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.amsgrad",
)

OF_THE_PAPER, OF_TORCH, OF_OPTAX = (
    ADAM.edited(rule) for rule in (AMSGRAD_OF_THE_PAPER, AMSGRAD, AMSGRAD_AFTER_CORRECTION)
)


def _size(second: Expr) -> Expr:
    """The step size of an element whose second moment is that."""
    return alpha / (sqrt(second) + eps)


_GROWS = Le(v_hat.prev, v_hat, evaluate=False)
_ROOTS = sqrt(v_hat.prev), sqrt(v_hat)
_FALLS = Le(_size(v_hat), _size(v_hat.prev), evaluate=False)


def _kept(algorithm: Algorithm, name: str, source: Source) -> Claim:
    """The promise, for a rule whose denominator is a maximum that is kept."""
    return Claim(
        id=f"amsgrad-step-size-{name}",
        statement="While alpha stays the same, no element's step size alpha / (sqrt(v_hat) + eps) "
        f"ever grows, by the rule of {source.work.partition(',')[0]}.",
        formula=_FALLS,
        source=source,
        steps=(
            Step(
                "The larger of the old maximum and a new value is at least the old maximum.",
                _GROWS,
                Larger(using=(equal(v_hat, algorithm[v_hat].rhs),)),
            ),
            Step(
                "The step size falls as the maximum grows.",
                _FALLS,
                Combination(
                    {_GROWS: _size(v_hat.prev) / ((_ROOTS[1] + eps) * (_ROOTS[0] + _ROOTS[1]))},
                    positive=(v_hat, v_hat.prev),
                ),
            ),
        ),
        algorithm=algorithm,
    )


_BEFORE = v_max.prev / (1 - beta2 ** (t - 1))
"""What the root is taken of at step t-1, by PyTorch's rule."""

BROKEN: Final = Counterexample(
    OF_TORCH,
    {alpha: Integer(1), beta1: Rational(1, 2), beta2: Rational(3, 4), eps: Integer(0)},
    gradients=(Integer(4), Integer(1)),
    claimed=m_hat * _size(_BEFORE),
)

TORCH_GROWS: Final = Claim(
    id="amsgrad-step-size-torch",
    statement="While alpha stays the same, no element's step size alpha / (sqrt(v_hat) + eps) "
    "ever grows, by the rule of PyTorch and Keras.",
    formula=Le(_size(v_hat), _size(_BEFORE), evaluate=False),
    source=TORCH,
    steps=(
        Step(
            "Take beta2 = 3/4, alpha = 1, eps = 0 and the gradients 4 and 1: the maximum, of a "
            "moment not yet corrected, stays 4.",
            equal(v_max, Integer(4)),
            Computed(BROKEN),
        ),
        Step(
            "Corrected at the first step it is 16,", equal(_BEFORE, Integer(16)), Computed(BROKEN)
        ),
        Step(
            "and at the second 64/7, as the correction fades.",
            equal(v_hat, Rational(64, 7)),
            Computed(BROKEN),
        ),
        Step(
            "So the second step is longer than with the step size of the first.",
            Gt(abs(Delta), BROKEN.claimed),
            Computed(BROKEN),
        ),
    ),
    algorithm=OF_TORCH,
    counterexamples=(BROKEN,),
)

_FADES = Le(0, v_max * beta2**t / (1 - beta2**t), evaluate=False)
_ABOVE = Le(v_max, v_hat, evaluate=False)

TORCH_BOUND: Final = Claim(
    id="amsgrad-torch-above-maximum",
    statement="By that rule what the root is taken of never falls below the maximum, to which the "
    "correction lets it fall.",
    formula=_ABOVE,
    source=TORCH,
    steps=(
        Step(
            "What the correction adds to the maximum is not negative.",
            _FADES,
            NotNegative(positive=(v_max, 1 - beta2**t)),
        ),
        Step(
            "It is the difference.",
            _ABOVE,
            Combination({_FADES: Integer(1)}, using=(equal(v_hat, OF_TORCH[v_hat].rhs),)),
        ),
    ),
    algorithm=OF_TORCH,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADAM.name: (
        _kept(OF_THE_PAPER, "paper", PAPER),
        TORCH_GROWS,
        TORCH_BOUND,
        _kept(OF_OPTAX, "optax", OPTAX),
    )
}
