"""Equations and domains read as people write them."""

import pytest
from sympy import Eq, Interval, Max, Ne, Piecewise, S, oo

from optimspec.spec.algorithm import Equation
from optimspec.spec.algorithms.adam import v
from optimspec.spec.plaintext import domain_text, equation_text
from optimspec.spec.symbols import beta2, g


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Interval.Ropen(0, 1), "[0, 1)"),
        (Interval(0, oo), "[0, ∞)"),
        (Interval.open(0, 1), "(0, 1)"),
        (S.Integers, "Integers"),
    ],
)
def test_domains(domain, text):
    assert domain_text(domain) == text


@pytest.mark.parametrize(
    ("rhs", "text"),
    [
        (Max(v.prev, g**2), "v_t = max(v_{t-1}, g_t^2)"),
        (beta2 * abs(g), "v_t = beta2 |g_t|"),
        (Piecewise((v.prev, Eq(g, 0)), (g, True)), "v_t = (v_{t-1} if g_t = 0 else g_t)"),
        (Piecewise((v.prev, Ne(g, 0)), (g, True)), "v_t = (v_{t-1} if g_t != 0 else g_t)"),
    ],
)
def test_functions(rhs, text):
    assert equation_text(Equation(v, rhs, "")) == text
