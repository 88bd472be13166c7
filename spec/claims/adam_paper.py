"""The bounds on the step that the paper's section 2.1 states: where they hold, and where not."""

from typing import Final

from sympy import Expr, Gt, Integer, Le, Rational, Sum, Symbol, sqrt
from sympy.logic.boolalg import And, Implies

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import ADAM, PAPER, m, m_hat, v, v_hat
from optimspec.spec.claim import Claim, Counterexample, Delta, G, Step, equal
from optimspec.spec.claim_lemmas import GEOMETRIC, ratio
from optimspec.spec.claim_rules import Algebra, Computed, Instance
from optimspec.spec.claims.adam_bound import ATTAINED_BY, BOUND, DEFINED, MOMENTS, POSITIVE
from optimspec.spec.claims.adam_limits import NO_EPS
from optimspec.spec.claims.adam_moments import CLOSED_M, CLOSED_V
from optimspec.spec.symbols import alpha, beta1, beta2, eps, g, index, t

SECTION_2_1: Final = Source(PAPER.work, "Section 2.1", PAPER.url)

SPARSE_BOUND: Final = alpha * (1 - beta1) / sqrt(1 - beta2)
"""What section 2.1 states for 1 - beta1 > sqrt(1 - beta2); otherwise it states alpha."""

_SPARSE = Gt(1 - beta1, sqrt(1 - beta2))
_DENSE = Le(1 - beta1, sqrt(1 - beta2))


def counterexample(first: str, second: str, steps: int, claimed: Expr) -> Counterexample:
    """Return the attaining gradients of ``steps`` steps, for alpha = 1 and eps = 0."""
    betas = {beta1: Rational(first), beta2: Rational(second)}
    gradient = ATTAINED_BY.xreplace({**betas, t: Integer(steps)})
    return Counterexample(
        ADAM,
        {alpha: Integer(1), **betas, eps: Integer(0)},
        gradients=tuple(gradient.xreplace({index: Integer(i)}) for i in range(1, steps + 1)),
        claimed=claimed,
    )


SPARSE_SHORT: Final = counterexample("0.1", "0.2", 2, SPARSE_BOUND)
SPARSE_DEFAULT: Final = counterexample("0.9", "0.999", 210, SPARSE_BOUND)
"""The default betas: 210 steps are the fewest in which the stated bound can be passed."""
DENSE_SHORT: Final = counterexample("0.9", "0.95", 2, alpha)
DENSE_LONG: Final = counterexample("0.99", "0.999", 100, alpha)

PAPER_SPARSE_BOUND: Final = Claim(
    id="paper-step-bound-sparse",
    statement="If 1 - beta1 > sqrt(1 - beta2), no step is longer than "
    "alpha (1 - beta1) / sqrt(1 - beta2).",
    formula=Implies(_SPARSE, Le(abs(Delta), SPARSE_BOUND, evaluate=False)),
    source=SECTION_2_1,
    steps=(
        Step(
            "Take beta1 = 0.1, beta2 = 0.2, alpha = 1, eps = 0: the claim is about them.",
            _SPARSE,
            Computed(SPARSE_SHORT),
        ),
        Step(
            "The gradients 1/2 and 1 make a second step of this square,",
            equal(Delta**2, SPARSE_SHORT.values[Delta] ** 2),
            Computed(SPARSE_SHORT),
        ),
        Step("which is longer than claimed.", Gt(abs(Delta), SPARSE_BOUND), Computed(SPARSE_SHORT)),
        Step(
            "With the default betas the gradients (beta1 / beta2)^(t-i) pass the claimed bound "
            "at step 210.",
            Gt(abs(Delta), SPARSE_BOUND),
            Computed(SPARSE_DEFAULT),
        ),
    ),
    algorithm=ADAM,
    counterexamples=(SPARSE_SHORT, SPARSE_DEFAULT),
)

PAPER_DENSE_BOUND: Final = Claim(
    id="paper-step-bound-dense",
    statement="If 1 - beta1 <= sqrt(1 - beta2), no step is longer than alpha.",
    formula=Implies(_DENSE, Le(abs(Delta), alpha, evaluate=False)),
    source=SECTION_2_1,
    steps=(
        Step(
            "Take beta1 = 0.9, beta2 = 0.95, alpha = 1, eps = 0: the claim is about them.",
            _DENSE,
            Computed(DENSE_SHORT),
        ),
        Step(
            "The gradients 18/19 and 1 make a second step of this square,",
            equal(Delta**2, DENSE_SHORT.values[Delta] ** 2),
            Computed(DENSE_SHORT),
        ),
        Step("which is longer than claimed.", Gt(abs(Delta), alpha), Computed(DENSE_SHORT)),
        Step(
            "Whatever the betas, if they differ, the longest second step is longer than alpha.",
            equal(
                BOUND.xreplace({t: Integer(2)}) ** 2 - 1,
                (beta1 - beta2) ** 2 / (beta2 * (1 + beta1) ** 2),
            ),
            Algebra(),
        ),
        Step(
            "With beta1 = 0.99, beta2 = 0.999, step 100 can be longer than claimed too.",
            Gt(abs(Delta), alpha),
            Computed(DENSE_LONG),
        ),
    ),
    algorithm=ADAM,
    counterexamples=(DENSE_SHORT, DENSE_LONG),
)

_C = Symbol("c", real=True, nonzero=True)
_SAME = equal(G[index], _C)
_WEIGHTS = tuple(
    equal(Sum(b ** (t - index), (index, 1, t)), (1 - b**t) / (1 - b)) for b in (beta1, beta2)
)
_SUM_M = equal(Sum(_C * beta1 ** (t - index), (index, 1, t)), _C * _WEIGHTS[0].lhs)
_SUM_V = equal(Sum(_C**2 * beta2 ** (t - index), (index, 1, t)), _C**2 * _WEIGHTS[1].lhs)
_M_HAT = Implies(_SAME, equal(m_hat, _C))
_V_HAT = Implies(_SAME, equal(v_hat, _C**2))
_CONSTANT = Implies(And(NO_EPS, _SAME), equal(abs(Delta), alpha))

CONSTANT_GRADIENT: Final = Claim(
    id="constant-gradient-step",
    statement="For eps = 0 a constant gradient makes every step exactly alpha long.",
    formula=_CONSTANT,
    source=SECTION_2_1,
    steps=(
        Step(
            "The weights of m are a geometric sum,",
            _WEIGHTS[0],
            Instance(GEOMETRIC.formula, {ratio: beta1}),
        ),
        Step("and so are those of v.", _WEIGHTS[1], Instance(GEOMETRIC.formula, {ratio: beta2})),
        Step("The gradient is a factor of m's sum,", _SUM_M, Algebra()),
        Step("and its square of v's.", _SUM_V, Algebra()),
        Step(
            "So the first corrected moment is the gradient,",
            _M_HAT,
            Algebra((DEFINED[m_hat], CLOSED_M, _SAME, _SUM_M, _WEIGHTS[0])),
        ),
        Step(
            "and the second its square.",
            _V_HAT,
            Algebra((DEFINED[v_hat], CLOSED_V, _SAME, _SUM_V, _WEIGHTS[1])),
        ),
        Step(
            "The step is alpha times the gradient's sign.",
            _CONSTANT,
            Algebra(
                (
                    DEFINED[Delta],
                    DEFINED[ADAM.equations[-1].lhs],
                    NO_EPS,
                    _M_HAT.args[1],
                    _V_HAT.args[1],
                )
            ),
        ),
    ),
    algorithm=ADAM,
    lemmas=(*MOMENTS, GEOMETRIC),
)

_NO_GRADIENT = equal(g, Integer(0))
_M_ZERO, _V_ZERO = (equal(variable.prev, Integer(0)) for variable in (m, v))
_M_STAYS = Implies(And(_NO_GRADIENT, _M_ZERO), equal(m, Integer(0)))
_V_STAYS = Implies(And(_NO_GRADIENT, _V_ZERO), equal(v, Integer(0)))
_FIRST = Implies(
    And(NO_EPS, _M_ZERO, _V_ZERO),
    equal(abs(Delta), SPARSE_BOUND * sqrt(1 - beta2**t) / (1 - beta1**t)),
)
_M, _V = (equal(variable, ADAM[variable].rhs) for variable in (m, v))

FIRST_GRADIENT: Final = Claim(
    id="first-gradient-step",
    statement="For eps = 0 the first gradient after t-1 zeros makes a step of "
    "alpha (1 - beta1) / sqrt(1 - beta2), times a factor that tends to 1 as t grows.",
    formula=_FIRST,
    source=SECTION_2_1,
    steps=(
        Step("Zero gradients leave m at zero,", _M_STAYS, Algebra((_M, _NO_GRADIENT, _M_ZERO))),
        Step("and v too.", _V_STAYS, Algebra((_V, _NO_GRADIENT, _V_ZERO))),
        Step(
            "A gradient that meets zero moments cancels, but for its sign.",
            _FIRST,
            Algebra((*DEFINED.values(), _M, _V, NO_EPS, _M_ZERO, _V_ZERO), POSITIVE[1:]),
        ),
    ),
    algorithm=ADAM,
)

PAPER_CLAIMS: Final = (PAPER_SPARSE_BOUND, PAPER_DENSE_BOUND, CONSTANT_GRADIENT, FIRST_GRADIENT)
