"""How large an edit's effect is, where that is known without running anything."""

import math

import numpy as np
import pytest

from optimspec.conformance.discrepancy import EPSILONS, STEPS, discrepancy
from optimspec.reference import Experiment, Float64, run
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


def found(adam, edit):
    return discrepancy(adam, adam.edited(EDITS[edit]), title="")


def test_a_turned_sign_is_twice_the_displacement(adam):
    for curve in found(adam, "maximize").curves:
        assert curve.relative == pytest.approx([2.0] * len(STEPS))


def test_a_tenfold_moment_is_a_tenfold_displacement(adam):
    for curve in found(adam, "first-moment-unscaled").curves:
        assert curve.relative == pytest.approx([1 / (1 - 0.9) - 1] * len(STEPS))


def test_what_rounds_otherwise_makes_no_difference(adam):
    assert discrepancy(adam, adam.edited(REWRITTEN), title="").is_zero


def test_a_difference_of_eps_is_told_from_rounding(adam):
    """At t = 1 the step is alpha g / (|g| + eps), and alpha sign(g) without eps."""
    curves = found(adam, "eps-missing").curves

    assert [curve.epsilon for curve in curves] == list(EPSILONS)
    small, larger = (curve.relative[0] for curve in curves[:2])
    assert 0 < small < 1e-6
    assert larger == pytest.approx(100 * small, rel=0.01)


def test_the_tensor_is_the_second_of_two(adam):
    """So t is 2 at its first step, and the corrections are those of the second."""
    first = found(adam, "step-counter-per-parameter").curves[0].relative[0]
    length = math.sqrt(1 - 0.999**2) / (1 - 0.9**2) * (1 - 0.9) / math.sqrt(1 - 0.999)

    assert first == pytest.approx(1 - length, rel=1e-6)


def test_two_routes_agree(adam):
    """The reference run of two parameters, the first of which never has a gradient."""
    edited = adam.edited(EDITS["eps-hat"])
    told = discrepancy(adam, edited, title="")
    rng = np.random.default_rng(told.seed)
    theta0 = rng.standard_normal(told.elements)
    gradients = tuple((None, row) for row in rng.standard_normal((STEPS[-1], told.elements)))
    inputs = Experiment((np.zeros(1), theta0), gradients, adam.defaults, "float64")
    d, changed = (
        np.array(history(run(algorithm, Float64(), inputs), 1, "theta")) - theta0
        for algorithm in (adam, edited)
    )
    at = np.array(STEPS) - 1
    apart = np.linalg.norm(changed - d, axis=1) / np.linalg.norm(d, axis=1)

    assert told.curves[0].relative == apart[at].tolist()
