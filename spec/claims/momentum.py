"""Ways to write momentum: which are equal, and for which step sizes."""

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Integer, Sum

from optimspec.spec.algorithm import Algorithm, Source
from optimspec.spec.algorithms.sgd import MOMENTUM, NESTEROV, b
from optimspec.spec.claim import Claim, Delta, G, Step, equal, update_of
from optimspec.spec.claim_induction import StateInduction
from optimspec.spec.claim_rules import Algebra
from optimspec.spec.known.momentum import LR_INSIDE_VELOCITY
from optimspec.spec.symbols import alpha, g, index, mu, t, theta

SUTSKEVER: Final = Source(
    "Sutskever, Martens, Dahl & Hinton, On the importance of initialization and momentum in deep "
    "learning",
    "equations (1) to (4)",
    "https://proceedings.mlr.press/v28/sutskever13.html",
)
BENGIO: Final = Source(
    "Bengio, Boulanger-Lewandowski & Pascanu, Advances in Optimizing Recurrent Networks, "
    "arXiv:1212.0901v2",
    "Simplified Nesterov Momentum",
    "https://arxiv.org/abs/1212.0901v2",
)

_GATHERED: Final = Sum(mu ** (t - index) * G[index], (index, 1, t))
_INSIDE: Final = MOMENTUM.edited(LR_INSIDE_VELOCITY)
_NESTEROV_INSIDE: Final = NESTEROV.edited(LR_INSIDE_VELOCITY)


def _closed_form(id: str, statement: str, algorithm: Algorithm, value: Expr) -> Claim:  # noqa: A002
    goal = equal(b, value)
    return Claim(
        id=id,
        statement=statement,
        formula=goal,
        source=SUTSKEVER,
        steps=StateInduction(algorithm, b).proof(goal),
        algorithm=algorithm,
    )


def _same_steps(id: str, statement: str, closed: Claim) -> Claim:  # noqa: A002
    algorithm = closed.algorithm
    assert algorithm is not None
    goal = equal(Delta, alpha * _GATHERED)
    return Claim(
        id=id,
        statement=statement,
        formula=goal,
        source=SUTSKEVER,
        steps=(
            Step(
                "Put the closed form of the buffer into the update.",
                goal,
                Algebra((*update_of(algorithm), closed.formula)),
            ),
        ),
        algorithm=algorithm,
        lemmas=(closed,),
    )


CLOSED: Final = _closed_form(
    "momentum-closed-form",
    "The buffer is the sum of all gradients, those of the past weighted by powers of mu.",
    MOMENTUM,
    _GATHERED,
)
CLOSED_INSIDE: Final = _closed_form(
    "momentum-closed-form-lr-inside",
    "While alpha stays the same, the buffer that has the step size inside is alpha times that sum.",
    _INSIDE,
    alpha * _GATHERED,
)
STEP: Final = _same_steps(
    "momentum-step", "Each step is alpha times the weighted sum of all gradients.", CLOSED
)
STEP_INSIDE: Final = _same_steps(
    "momentum-step-lr-inside",
    "While alpha stays the same, momentum takes the same steps with the step size inside the "
    "buffer as outside.",
    CLOSED_INSIDE,
)


def _defined(algorithm: Algorithm) -> tuple[Expr, Expr]:
    return equal(theta, algorithm[theta].rhs), equal(b, algorithm[b].rhs)


def _ahead(scale: Expr, algorithm: Algorithm, id: str, statement: str) -> Claim:  # noqa: A002
    """The parameter that is not looked ahead, theta + scale mu b, moves by plain momentum."""
    goal = equal(theta + scale * mu * b, theta.prev + scale * mu * b.prev - scale * b)
    return Claim(
        id=id,
        statement=statement,
        formula=goal,
        source=SUTSKEVER,
        steps=(
            Step(
                "Put the update and the recurrence of the buffer into both sides.",
                goal,
                Algebra(_defined(algorithm)),
            ),
        ),
        algorithm=algorithm,
    )


SUTSKEVER_FORM: Final = _ahead(
    alpha,
    NESTEROV,
    "nesterov-is-sutskevers",
    "While alpha stays the same, theta is the point ahead at which Sutskever et al. take the "
    "gradient: their parameter theta + alpha mu b moves by -alpha b.",
)
SUTSKEVER_FORM_INSIDE: Final = _ahead(
    Integer(1),
    _NESTEROV_INSIDE,
    "nesterov-lr-inside-is-sutskevers",
    "With the step size inside the buffer, theta is that point for every sequence of step sizes: "
    "their parameter theta + mu b moves by -b.",
)

_SHIFTED: Final = equal(Delta, alpha * (mu**2 * b.prev + (1 + mu) * g))

SHIFTED_FORM: Final = Claim(
    id="nesterov-shifted-form",
    statement="The step can be written with the old buffer, as alpha (mu^2 b + (1 + mu) g): "
    "momentum is not applied twice.",
    formula=_SHIFTED,
    source=BENGIO,
    steps=(
        Step(
            "Put the recurrence of the buffer into the update.",
            _SHIFTED,
            Algebra((*update_of(NESTEROV), _defined(NESTEROV)[1])),
        ),
    ),
    algorithm=NESTEROV,
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    MOMENTUM.name: (CLOSED, STEP, CLOSED_INSIDE, STEP_INSIDE),
    NESTEROV.name: (SHIFTED_FORM, SUTSKEVER_FORM, SUTSKEVER_FORM_INSIDE),
}
