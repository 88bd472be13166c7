"""Factors are taken out only where a function lets them through."""

import pytest
from sympy import Symbol, atan2, sign, sqrt

from optimspec.spec.homogeneous import taken_out
from optimspec.spec.operations import mean, norm, total
from optimspec.spec.symbols import Variable, alpha, g, lam, theta

x, v = Variable("x"), Variable("v")
c = Symbol("c", positive=True)
r = Symbol("r", real=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (total(alpha * x), alpha * total(x)),
        (total(alpha * x + r * g), alpha * total(x) + r * total(g)),
        (mean((c * x) ** 2), c**2 * mean(x**2)),
        (norm(c * x), c * norm(x)),
        (total(x / norm(x)), total(x) / norm(x)),
        (total(x * mean(g)), total(x) * mean(g)),
        (total(x * theta.prev), total(x * theta.prev)),
        (total(alpha), alpha * total(1)),
        (sign(c * x - c * g), sign(x - g)),
        (sign(g - x) + sign(x - g), 0),
        (atan2(c * x, c * sqrt(v)), atan2(x, sqrt(v))),
        (atan2(-x, sqrt(v)), -atan2(x, sqrt(v))),
    ],
)
def test_what_is_let_through_is_taken_out(expression, expected):
    assert taken_out(expression - expected).expand() == 0


@pytest.mark.parametrize(
    ("expression", "other"),
    [
        (total(lam + x), lam + total(x)),
        (total(x**2), total(x) ** 2),
        (sign(c + x), sign(x)),
        (sign(r * x), sign(x)),
        (atan2(r * x, r * v), atan2(x, v)),
        (atan2(c * x, v), atan2(x, v)),
        (atan2(-x, v), -atan2(x, v)),
    ],
)
def test_nothing_else_is(expression, other):
    assert taken_out(expression - other).expand() != 0
