"""What ASGD averages, and with which step sizes it got there."""

from collections.abc import Mapping
from typing import Final

from sympy import Implies, Sum, Symbol

from optimspec.spec.algorithms.asgd import ASGD, POLYAK, a, decay, eta, kappa, mu, t0, x
from optimspec.spec.claim import Claim, Sequence, Step, equal
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_late import FirstThenRest, OneStepBefore
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.symbols import alpha, index, t

_RATE: Final = equal(eta, alpha / (1 + decay * alpha * t) ** kappa)
_USED: Final = equal(eta.prev, alpha / (1 + decay * alpha * (t - 1)) ** kappa)

STEP_SIZE: Final = Claim(
    id="asgd-step-size",
    statement="While settings stay the same, the step size of step t is "
    "alpha / (1 + Lambda alpha (t-1))^kappa: the first step has alpha itself.",
    formula=_USED,
    source=ASGD.source,
    steps=(
        *StateInduction(ASGD, eta).proof(_RATE),
        Step("Step t uses what the step before it left.", _USED, OneStepBefore(_RATE, {})),
    ),
    algorithm=ASGD,
)

n: Final = Symbol("n", integer=True, positive=True)
iterate: Final = Sequence("y", real=True)
"""The iterates from the first that counts on: ``iterate[n]`` is the parameter after t0 + 1 + n."""

_NAMED: Final = equal(x, iterate[n])
_WEIGHT: Final = equal(mu.prev, 1 / n)
_RUNNING: Final = Implies(_NAMED, equal(a, a.prev + (iterate[n] - a.prev) / n))
_MEAN: Final = Implies(_NAMED, equal(a, Sum(iterate[index], (index, 1, n)) / n))

AVERAGE: Final = Claim(
    id="asgd-average-is-the-mean",
    statement="After step t0 + 1 + n the average is the mean of the last n iterates: those before "
    "step t0 + 2 do not count, for t0 = 0 the first.",
    formula=_MEAN,
    source=POLYAK,
    steps=(
        Step(
            "At step t0 + 1 + n the weight is the one that the step before left.",
            _WEIGHT,
            OneStepBefore(equal(mu, ASGD[mu].rhs), {t: t0 + 1 + n}),
        ),
        Step(
            "Put it into the average.",
            _RUNNING,
            Algebra((equal(a, ASGD[a].rhs), _WEIGHT, _NAMED)),
        ),
        *FirstThenRest(_RUNNING, n).proof(_MEAN),
    ),
    algorithm=ASGD,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {ASGD.name: (STEP_SIZE, AVERAGE)}
