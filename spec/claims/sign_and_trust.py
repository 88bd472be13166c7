"""How long steps are that go by a sign, or by a share of the parameter's own norm."""

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Gt, Integer, Ne, Sum, Symbol, sign
from sympy.logic.boolalg import And, Boolean, Implies

from optimspec.spec.algorithm import Algorithm
from optimspec.spec.algorithms.lamb import LAMB, rho, u
from optimspec.spec.algorithms.lars import LARS, b, zeta
from optimspec.spec.algorithms.lion import LION, c, m
from optimspec.spec.algorithms.signsgd import SIGNSGD, SIGNUM
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_cases import Chosen, Homogeneous
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.operations import norm
from optimspec.spec.symbols import alpha, beta2, g, index, lam, mu, t, theta

_NO_DECAY: Final = equal(lam, Integer(0))


def _unit_step(algorithm: Algorithm, signed: Expr, *assumed: Boolean) -> Claim:
    """The step is alpha long wherever the sign has one."""
    some = Ne(signed, 0)
    one = Implies(some, equal(abs(sign(signed)), Integer(1)))
    goal = Implies(And(*assumed, some), equal(abs(Delta), alpha))
    return Claim(
        id=f"{algorithm.name}-step-length",
        statement="Every step is exactly alpha long, but where the sign is of zero"
        + (", if there is no weight decay." if assumed else "."),
        formula=goal,
        source=algorithm.source,
        steps=(
            Step("The sign of what is not zero is 1 or -1.", one, Homogeneous((signed,))),
            Step(
                "Put the update into the length of the step.",
                goal,
                Algebra((*_definitions(algorithm), *assumed, one.args[1])),
            ),
        ),
        algorithm=algorithm,
    )


def _definitions(algorithm: Algorithm) -> tuple[Boolean, ...]:
    """What the step and the parameter are, before anything else is put in."""
    return equal(Delta, theta.prev - theta), equal(theta, algorithm[theta].rhs)


def _closed_form(algorithm: Algorithm, share: Symbol) -> Claim:
    goal = equal(m, (1 - share) * Sum(share ** (t - index) * G[index], (index, 1, t)))
    return Claim(
        id=f"{algorithm.name}-momentum-closed-form",
        statement="The momentum is a sum of all gradients, with weights that fall off "
        "geometrically into the past.",
        formula=goal,
        source=algorithm.source,
        steps=StateInduction(algorithm, m).proof(goal),
        algorithm=algorithm,
    )


_MOVING: Final = (Gt(norm(theta.prev), 0), Gt(norm(u), 0))
_TRUSTED: Final = equal(rho, norm(theta.prev) / norm(u))
_SCALED: Final = equal(norm(alpha * norm(theta.prev) / norm(u) * u), alpha * norm(theta.prev))
_LAMB_STEP: Final = Implies(And(*_MOVING), equal(norm(Delta), alpha * norm(theta.prev)))

LAMB_LENGTH: Final = Claim(
    id="lamb-step-length",
    statement="Where neither parameter nor update is zero, every step is exactly alpha times as "
    "long as the parameter, weight decay included.",
    formula=_LAMB_STEP,
    source=LAMB.source,
    steps=(
        Step(
            "Neither norm is zero: the trust ratio is their quotient.",
            Implies(And(*_MOVING), _TRUSTED),
            Chosen(equal(rho, LAMB[rho].rhs)),
        ),
        Step(
            "Norms let through what is the same for all elements, and the update's cancels.",
            Implies(And(*_MOVING), _SCALED),
            Homogeneous(),
        ),
        Step(
            "That is the norm of the step.",
            _LAMB_STEP,
            Algebra((*_definitions(LAMB), _TRUSTED, _SCALED)),
        ),
    ),
    algorithm=LAMB,
)

_STILL: Final = equal(b.prev, Integer(0))
_GIVEN: Final = (Gt(norm(theta.prev), 0), Gt(norm(g), 0))
_RATE: Final = equal(rho, LARS[rho].rhs)
_LOCAL: Final = equal(rho, zeta * norm(theta.prev) / (norm(g) + lam * norm(theta.prev)))
_NORMED: Final = equal(
    norm(alpha * zeta * norm(theta.prev) / norm(g) * g), alpha * zeta * norm(theta.prev)
)
_LARS_ASSUMED: Final = And(*_GIVEN, _NO_DECAY, _STILL)
_LARS_STEP: Final = Implies(_LARS_ASSUMED, equal(norm(Delta), alpha * zeta * norm(theta.prev)))

LARS_LENGTH: Final = Claim(
    id="lars-first-step-length",
    statement="Without weight decay the first step is exactly alpha zeta times as long as the "
    "parameter, where neither it nor the gradient is zero.",
    formula=_LARS_STEP,
    source=LARS.source,
    steps=(
        Step(
            "Neither norm is zero: the local rate is as the paper has it.",
            Implies(And(*_GIVEN), _LOCAL),
            Chosen(_RATE),
        ),
        Step(
            "Norms let through what is the same for all elements, and the gradient's cancels.",
            Implies(And(*_GIVEN), _NORMED),
            Homogeneous(),
        ),
        Step(
            "That is the norm of the first step, before which the momentum is zero.",
            _LARS_STEP,
            Algebra((*update_of(LARS)[:2], equal(b, LARS[b].rhs), _STILL, _LOCAL, _NO_DECAY,
                     _NORMED)),
        ),
    ),
    algorithm=LARS,
)  # fmt: skip

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    LION.name: (_closed_form(LION, beta2), _unit_step(LION, c, _NO_DECAY)),
    SIGNSGD.name: (_unit_step(SIGNSGD, g),),
    SIGNUM.name: (_closed_form(SIGNUM, mu), _unit_step(SIGNUM, m)),
    LAMB.name: (LAMB_LENGTH,),
    LARS.name: (LARS_LENGTH,),
}
