"""How large an edit's effect is, where that is known without running anything."""

from fractions import Fraction

import mpmath
import numpy as np

from optimspec.conformance.discrepancy import ELEMENTS, EPSILONS, STEPS, discrepancy
from optimspec.conformance.environment import SEED
from optimspec.reference import FLOAT64, Bounded, Bounds, Experiment, Float64, error_limit, run
from optimspec.reference.trajectory import history
from optimspec.spec import EDITS
from optimspec.spec.algorithms.adam import m, v
from optimspec.spec.edit import Edit, Replace
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, g

REWRITTEN = Edit(
    id="rewritten",
    kind=Kind.FALSE_ALARM,
    category=Category.FORMULA,
    statement="The moments move towards the gradient by the difference.",
    effect="",
    links=(),
    operations=(
        Replace(m, m.prev + (1 - beta1) * (g - m.prev)),
        Replace(v, v.prev + (1 - beta2) * (g**2 - v.prev)),
    ),
)


LAST = 32
"""The last step whose difference is bounded here."""


def inputs(algorithm, length, **hyper):
    """What is run: two parameters, the first of which never has a gradient."""
    rng = np.random.default_rng(SEED)
    theta0 = rng.standard_normal(ELEMENTS)
    gradients = tuple((None, row) for row in rng.standard_normal((length, ELEMENTS)))
    settings = {**algorithm.defaults, **hyper}
    return Experiment((np.zeros(1), theta0), gradients, settings, "float64")


def bounds(adam, edited, epsilon, last):
    """What the relative difference of faithful runs may be off by, step by step."""
    arithmetic, experiment = Bounds(FLOAT64, {}), inputs(adam, last, epsilon=epsilon)
    start = arithmetic.tensor(experiment.theta0[1])

    def displacements(algorithm):
        for kept in history(run(algorithm, arithmetic, experiment), 1, "theta"):
            yield Bounded(kept.value, error_limit(algorithm) * kept.bound, FLOAT64) - start

    def length(x):
        return arithmetic.sqrt(arithmetic.total(x**2))

    for d, changed in zip(displacements(adam), displacements(edited), strict=True):
        yield arithmetic.divide(length(changed - d), length(d)).bound.item()


def is_off_by(adam, edit, expected, last=LAST):
    """Whether the edit's effect is ``expected(epsilon)`` at each of the first steps."""
    edited = adam.edited(EDITS[edit])
    curves = discrepancy(adam, edited, title="").curves
    assert [curve.epsilon for curve in curves] == list(EPSILONS)
    return all(
        abs(curve.relative[STEPS.index(step)] - expected(curve.epsilon)) <= bound
        for curve in curves
        for step, bound in enumerate(bounds(adam, edited, curve.epsilon, last), 1)
        if step in STEPS
    )


def test_a_turned_sign_is_twice_the_displacement(adam):
    assert is_off_by(adam, "maximize", lambda _: 2)


def test_a_tenfold_moment_is_a_tenfold_displacement(adam):
    assert is_off_by(adam, "first-moment-unscaled", lambda _: 1 / (1 - Fraction(0.9)) - 1)


def test_what_rounds_otherwise_makes_no_difference(adam):
    assert discrepancy(adam, adam.edited(REWRITTEN), title="").is_zero


def at_first(adam, step):
    """How far a first step is from Adam's, relatively, by epsilon."""
    (gradient,) = (row for _, row in inputs(adam, 1).gradients)

    def expected(epsilon):
        with mpmath.workprec(2 * FLOAT64.precision):
            d, changed = ([of(mpmath.mpf(g), epsilon) for g in gradient] for of in (adams, step))
            apart = [y - x for x, y in zip(d, changed, strict=True)]
            return float(mpmath.norm(apart) / mpmath.norm(d))

    return expected


def adams(g, epsilon):
    return g / (abs(g) + epsilon)


def test_a_difference_of_eps_is_told_from_rounding(adam):
    def without(g, _):
        return mpmath.sign(g)

    assert is_off_by(adam, "eps-missing", at_first(adam, without), last=1)


def test_the_tensor_is_the_second_of_two(adam):
    """So t is 2 at its first step, and the corrections are those of the second."""
    beta1, beta2 = (mpmath.mpf(adam.defaults[name]) for name in ("beta1", "beta2"))

    def corrected_twice(g, epsilon):
        return g / (1 + beta1) / (abs(g) / mpmath.sqrt(1 + beta2) + epsilon)

    expected = at_first(adam, corrected_twice)
    assert is_off_by(adam, "step-counter-per-parameter", expected, last=1)


def test_two_routes_agree(adam):
    """The reference run of both parameters."""
    edited = adam.edited(EDITS["eps-hat"])
    told = discrepancy(adam, edited, title="")
    experiment = inputs(adam, STEPS[-1])
    d, changed = (
        np.array(history(run(algorithm, Float64(), experiment), 1, "theta")) - experiment.theta0[1]
        for algorithm in (adam, edited)
    )
    at = np.array(STEPS) - 1
    apart = np.linalg.norm(changed - d, axis=1) / np.linalg.norm(d, axis=1)

    assert (told.seed, told.elements) == (SEED, ELEMENTS)
    assert told.curves[0].relative == apart[at].tolist()
