"""Symmetries are decided from the equations; runs in exact arithmetic bear them out."""

from itertools import pairwise

import pytest
import sympy

from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.algorithms.adafactor import ADAFACTOR
from optimspec.spec.algorithms.muon import MUON
from optimspec.spec.algorithms.rprop import RPROP
from optimspec.spec.exact import exact_run, has_unit_steps
from optimspec.spec.symbols import alpha, beta1, beta2, eps, lam
from optimspec.spec.symmetry import SYMMETRIES, holds

BY_ID = {symmetry.id: symmetry for symmetry in SYMMETRIES}
HALF, THREE = sympy.Rational(1, 2), sympy.Integer(3)
EXACT = {h.symbol: h.value for a in (RPROP, ADAFACTOR, MUON) for h in a.hyperparameters}
EXACT |= {alpha: HALF, beta1: HALF, beta2: sympy.Rational(3, 4), eps: THREE, lam: HALF}
GRADIENTS = [sympy.Integer(n) for n in (3, -5, 0, 2)]
FACTORS = {"gradient-scale": THREE, "sign": sympy.Integer(-1), "translation": THREE}


def edited(*edits, base="adam"):
    return ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits))


HOLD = [
    ((), "adam", {"gradient-scale", "sign", "translation"}),
    ((), "adamw", {"gradient-scale", "sign"}),
    (("l2-weight-decay",), "adam", {"sign"}),
    (("maximize",), "adam", {"gradient-scale", "sign", "translation"}),
    (("eps-inside-root",), "adam", {"gradient-scale", "sign", "translation"}),
    (("gradient-not-squared",), "adam", {"sign", "translation"}),
    (("root-missing",), "adam", {"sign", "translation"}),
    ((), "rprop", {"gradient-scale", "sign", "translation"}),
    (("irprop-minus", "rprop-step-size-clamped"), "rprop",
     {"gradient-scale", "sign", "translation"}),
    ((), "sparse-adam", {"gradient-scale", "sign", "translation"}),
    ((), "adafactor", {"sign"}),
    ((), "muon", {"sign"}),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "base", "expected"), HOLD)
def test_which_symmetries_hold(edits, base, expected):
    algorithm = edited(*edits, base=base)

    assert {name for name, symmetry in BY_ID.items() if holds(symmetry, algorithm)} == expected


@pytest.mark.parametrize("id", BY_ID)
@pytest.mark.parametrize(("edits", "base", "expected"), HOLD)
def test_runs_in_exact_arithmetic_agree(edits, base, expected, id):
    """They differ exactly where a symmetry does not hold."""
    algorithm, symmetry, c = edited(*edits, base=base), BY_ID[id], FACTORS[id]
    hyper = {**EXACT, eps: 0} if symmetry.without_eps else EXACT
    plain = exact_run(algorithm, HALF, GRADIENTS, hyper)
    changed = exact_run(
        algorithm,
        symmetry.parameter(HALF, c),
        [symmetry.gradient(g, c) for g in GRADIENTS],
        hyper,
    )
    kept = all(
        sympy.simplify(symmetry.parameter(x, c) - y) == 0
        for x, y in zip(plain, changed, strict=True)
    )

    assert kept == (id in expected)


def test_an_exact_run_starts_where_it_is_told_and_makes_every_step(adam):
    visited = exact_run(adam, HALF, GRADIENTS, EXACT)

    assert visited[0] == HALF
    assert len(visited) == 1 + len(GRADIENTS)
    assert all(x.is_Rational or x.is_algebraic for x in visited)


def test_the_first_step_is_by_hand(adam):
    """It is theta - alpha g / (|g| + eps)."""
    assert exact_run(adam, HALF, [THREE], EXACT)[1] == HALF - HALF * 3 / (3 + 3)


@pytest.mark.parametrize(
    ("edits", "base", "unit"),
    [
        ((), "adam", True),
        (("maximize",), "adam", True),
        (("eps-hat",), "adam", True),
        (("eps-inside-root",), "adam", True),
        ((), "adamw", False),
        (("no-bias-correction",), "adam", False),
        (("first-moment-not-corrected",), "adam", False),
        (("step-starts-at-two",), "adam", False),
        (("gradient-not-squared",), "adam", False),
    ],
)
def test_which_algorithms_step_by_alpha_for_a_constant_gradient(edits, base, unit):
    assert has_unit_steps(edited(*edits, base=base)) == unit


def test_a_constant_gradient_moves_adam_by_alpha(adam):
    visited = exact_run(adam, HALF, [-THREE] * 5, {**EXACT, eps: 0})

    assert {sympy.simplify(after - before) for before, after in pairwise(visited)} == {HALF}
