"""Ways to write Adam's update: which are equal, and which only look it."""

from typing import Final

from sympy import Expr, Integer, Ne, Rational, Symbol, sqrt
from sympy.logic.boolalg import Equivalent

from optimspec.spec.algorithm import Source
from optimspec.spec.algorithms.adam import ADAM, PAPER, m, m_hat, v, v_hat
from optimspec.spec.claim import Claim, Counterexample, Delta, Step, equal, update_of
from optimspec.spec.claim_rules import Algebra, Computed
from optimspec.spec.claim_rules_order import SameZeros
from optimspec.spec.known.epsilon import EPS_HAT
from optimspec.spec.symbols import alpha, beta1, beta2, eps, t

SECTION_2: Final = Source(PAPER.work, "Section 2, last paragraph", PAPER.url)
LABML: Final = "https://nn.labml.ai/optimizers/adam.html"

eps_hat: Final = Symbol("epsilon_hat", nonnegative=True)


def efficient_form(constant: Expr) -> Expr:
    """Return the step as section 2 reorders it, with ``constant`` in the place of eps-hat."""
    return alpha * sqrt(1 - beta2**t) / (1 - beta1**t) * m / (sqrt(v) + constant)


_POSITIVE = (v, 1 - beta1**t, 1 - beta2**t)
_DIFFERENCE = efficient_form(eps_hat) / (sqrt(v) + sqrt(1 - beta2**t) * eps)
_SAME_STEP = equal(Delta, efficient_form(eps_hat))
_SAME_EPS = equal(eps_hat, sqrt(1 - beta2**t) * eps)

EFFICIENT_FORM: Final = Claim(
    id="efficient-form",
    statement="The efficient form takes Algorithm 1's step exactly if its constant is eps-hat = "
    "sqrt(1 - beta2^t) eps, which changes with t.",
    formula=Equivalent(_SAME_STEP, _SAME_EPS),
    source=SECTION_2,
    steps=(
        Step(
            "The two steps differ by a multiple of the difference of the constants.",
            equal(
                Delta - efficient_form(eps_hat),
                _DIFFERENCE * (eps_hat - sqrt(1 - beta2**t) * eps),
            ),
            Algebra(update_of(ADAM), _POSITIVE),
        ),
        Step(
            "Where alpha and m are not zero the factor is not zero either.",
            Equivalent(_SAME_STEP, _SAME_EPS),
            SameZeros(
                _SAME_STEP,
                _SAME_EPS,
                factor=_DIFFERENCE,
                using=update_of(ADAM),
                positive=(alpha, *_POSITIVE),
                nonzero=(m,),
            ),
        ),
    ),
    algorithm=ADAM,
)

_CONSTANT = equal(Delta, efficient_form(eps))

CONSTANT_EPS_HAT: Final = Claim(
    id="constant-eps-hat",
    statement="Algorithm 1 with eps replaced by eps / sqrt(1 - beta2^t) takes the step of the "
    "efficient form with a constant eps-hat, called eps.",
    formula=_CONSTANT,
    source=SECTION_2,
    steps=(
        Step(
            "Write the step in terms of m and v and clear the root of 1 - beta2^t.",
            _CONSTANT,
            Algebra(update_of(ADAM.edited(EPS_HAT)), _POSITIVE),
        ),
    ),
    algorithm=ADAM.edited(EPS_HAT),
)

_LABML_EPS = Counterexample(
    ADAM,
    {alpha: Integer(1), beta1: Rational(1, 2), beta2: Rational(3, 4), eps: Integer(1)},
    gradients=(Integer(1),),
    claimed=efficient_form((1 - beta2**t) * eps),
)

LABML_EPS_HAT: Final = Claim(
    id="labml-eps-hat",
    statement="The efficient form takes Algorithm 1's step if eps-hat = (1 - beta2^t) eps.",
    formula=equal(Delta, efficient_form((1 - beta2**t) * eps)),
    source=Source("labml.ai annotated Adam", "the update's efficient form", LABML),
    steps=(
        Step(
            "Take beta1 = 1/2, beta2 = 3/4, alpha = eps = 1 and the gradient 1: Algorithm 1 goes "
            "half a step.",
            equal(Delta, Rational(1, 2)),
            Computed(_LABML_EPS),
        ),
        Step(
            "The efficient form with this eps-hat goes two thirds of one.",
            equal(_LABML_EPS.claimed, Rational(2, 3)),
            Computed(_LABML_EPS),
        ),
        Step(
            "With the root, eps-hat = sqrt(1 - beta2^t) eps, it goes half a step too.",
            equal(efficient_form(sqrt(1 - beta2**t) * eps), Rational(1, 2)),
            Computed(_LABML_EPS),
        ),
    ),
    algorithm=ADAM,
    counterexamples=(_LABML_EPS,),
)

_LABML_ROOT = Counterexample(
    ADAM,
    {alpha: Integer(1), beta1: Rational(9, 10), beta2: Rational(999, 1000), eps: Integer(0)},
    gradients=(Integer(2),),
    claimed=alpha * m_hat / v_hat,
)

LABML_STEP: Final = Claim(
    id="labml-effective-step",
    statement="With eps = 0 the step is alpha m_hat / v_hat.",
    formula=equal(Delta, alpha * m_hat / v_hat),
    source=Source("labml.ai annotated Adam", "the effective step for eps = 0", LABML),
    steps=(
        Step(
            "Take the default betas and the gradient 2: the corrected moments are 2 and 4.",
            equal(m_hat / v_hat, Rational(2, 4)),
            Computed(_LABML_ROOT),
        ),
        Step(
            "Algorithm 1 goes one alpha, whatever the gradient.",
            equal(Delta, alpha),
            Computed(_LABML_ROOT),
        ),
        Step(
            "The square root of v_hat is missing.",
            Ne(Delta, _LABML_ROOT.claimed),
            Computed(_LABML_ROOT),
        ),
    ),
    algorithm=ADAM,
    counterexamples=(_LABML_ROOT,),
)

FORM_CLAIMS: Final = (EFFICIENT_FORM, CONSTANT_EPS_HAT, LABML_EPS_HAT, LABML_STEP)
