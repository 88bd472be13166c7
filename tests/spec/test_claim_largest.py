"""The rules about maxima, absolute values and ordered symbols hold only as they should."""

import pytest
from sympy import Abs, Eq, Integer, Le, Max, Sum, Symbol
from sympy.logic.boolalg import Implies

from optimspec.spec.claim_largest import Larger, Largest, LargestPeeling, Triangle, Weighted
from optimspec.spec.claim_rules_ordered import Ordered
from optimspec.spec.symbols import index, t

A, B = Symbol("a", real=True), Symbol("b", real=True)
TO_T = (index, 1, t)


@pytest.mark.parametrize(
    ("rule", "formula", "holds"),
    [
        (Larger(), Le(A, Max(A, B), evaluate=False), True),
        (Larger(), Le(Max(A, B), A, evaluate=False), False),
        (Triangle(), Le(Abs(Sum(A**index, TO_T)), Sum(Abs(A) ** index, TO_T)), True),
        (Triangle(), Le(Sum(Abs(A) ** index, TO_T), Abs(Sum(A**index, TO_T))), False),
        (Triangle(), Le(Abs(Sum(A**index, TO_T)), Sum(A**index, TO_T)), False),
    ],
)
def test_rules_hold_only_as_they_should(rule, formula, holds):
    assert rule.holds(formula, ()) is holds


def test_an_order_of_symbols_counts_only_where_it_is_known():
    order = (B >= A, A > 4)
    rule = Ordered(order)

    assert rule.holds(Le(16, A * B, evaluate=False), order)
    assert rule.holds(Implies(order[1], Le(16, A * B, evaluate=False)), order[:1])
    assert not rule.holds(Le(16, A * B, evaluate=False), order[:1])
    assert not rule.holds(Le(17, A * B, evaluate=False), order)
    assert not rule.holds(Le(B, A, evaluate=False), order)
    assert Ordered((A < 3,)).holds(Le(A, 3, evaluate=False), (A < 3,))


def test_the_largest_of_a_range():
    squares = Largest(index**2, TO_T)
    weights = Sum(2**index, TO_T)
    weighted = Le(Sum(index**2 * 2**index, TO_T), squares * weights, evaluate=False)

    assert Largest(index**2, (index, 1, 0)) == 0
    assert Largest(Integer(3), TO_T) == 3
    assert squares.free_symbols == {t}
    assert LargestPeeling(t).holds(Eq(squares, Max(t**2, Largest(index**2, (index, 1, t - 1)))), ())
    assert not LargestPeeling(t).holds(Eq(squares, Largest(index**2, (index, 1, t - 1))), ())
    assert Weighted(weights, squares).holds(weighted, ())
    assert not Weighted(weights, squares).holds(weighted.reversed, ())
