"""Changes that look for their place find every one, and none where there is none."""

from dataclasses import replace

import pytest
from sympy import Integer, sqrt

from optimspec.spec import EditDoesNotApply, Equation, Substitute, changes
from optimspec.spec.algorithm import State
from optimspec.spec.algorithms.adam import ADAM, m, v
from optimspec.spec.known.epsilon import EPS_INSIDE_ROOT
from optimspec.spec.matching import IfPossible, SubstituteRooted, correction, rooted
from optimspec.spec.symbols import beta1, beta2, eps, t, theta

INSIDE = SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted + eps))


def rewritten(rhs):
    return INSIDE.apply((Equation(theta, rhs, ""),))[0].rhs


@pytest.mark.parametrize("x", [v, v - m**2, v / (1 - beta2**2)])
def test_whatever_is_under_the_root_is_found(x):
    assert rewritten(m / (sqrt(x) + eps)) == m / sqrt(x + eps)


def test_every_root_is_found():
    assert rewritten((sqrt(m**2 + v) + eps) / (sqrt(v) + eps)) == (
        sqrt(m**2 + v + eps) / sqrt(v + eps)
    )


@pytest.mark.parametrize("rhs", [m / sqrt(v), m / (v + eps), m / sqrt(v + eps)])
def test_without_a_place_it_does_not_apply(rhs):
    with pytest.raises(EditDoesNotApply, match="does not occur"):
        rewritten(rhs)


@pytest.mark.parametrize("beta", [beta1, beta2])
def test_the_correction_is_that_of_what_is_under_the_root(beta):
    corrected = Equation(m, v / (1 - beta**t), "")
    update = Equation(theta, 1 / (sqrt(m) + eps) + 1 / (sqrt(v) + eps), "")
    hat = SubstituteRooted(sqrt(rooted) + eps, sqrt(rooted) + eps / sqrt(correction))

    assert hat.apply((corrected, update))[1].rhs == (
        1 / (sqrt(m) + eps / sqrt(1 - beta**t)) + 1 / (sqrt(v) + eps)
    )


def test_if_possible_changes_or_leaves():
    change = IfPossible(Substitute(beta1, beta2, within=(m,)))
    once = change.apply(ADAM.equations)

    assert once[0].rhs == ADAM[m].rhs.xreplace({beta1: beta2})
    assert change.apply(once) == once


def test_an_edit_gives_a_state_variable_another_start():
    start = replace(EPS_INSIDE_ROOT, id="start", operations=(), state=(State(v, eps, "other"),))
    edited = ADAM.edited(start)

    assert [(s.variable, s.start) for s in edited.state] == [(m, 0), (v, eps)]
    assert [s.keys for s in edited.state] == [s.keys for s in ADAM.state]
    assert [(str(lhs), old.rhs, new.rhs) for lhs, (old, new) in changes(ADAM, edited).items()] == [
        ("v_0", Integer(0), eps)
    ]
