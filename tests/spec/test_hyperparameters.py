"""The values that algorithms are run on are within their domains, and alike by name."""

import pytest
import sympy

from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.catalogue import HYPERPARAMETERS

OWNED = [h for one in (*ALGORITHMS.values(), *EDITS.values()) for h in one.hyperparameters]


@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_every_value_to_run_on_is_in_the_domain(name):
    known = HYPERPARAMETERS[name]
    values = map(sympy.Rational, [known.default, *known.tried, *filter(None, [known.usual])])

    assert all(value in known.domain for value in values)


@pytest.mark.parametrize("owned", OWNED, ids=lambda h: h.name)
def test_it_admits_what_is_in_its_domain(owned):
    values = ("-oo", "-1", "-1e-300", "0", "1e-300", "0.5", "1", "1.5", "oo")
    inside = [sympy.sympify(value, rational=True) in owned.domain for value in values]

    assert [owned.admits(float(value.replace("oo", "inf"))) for value in values] == inside
    assert not owned.admits(float("nan"))


@pytest.mark.parametrize("owned", OWNED, ids=lambda h: h.name)
def test_one_name_is_run_on_the_same_values_everywhere(owned):
    """Cases know hyperparameters by name, and leave out what is beyond an algorithm's domain."""
    known = HYPERPARAMETERS[owned.name]
    drawn = [(h.symbol, h.usual, h.tried, h.decades) for h in (known, owned)]

    assert drawn[0] == drawn[1]


def test_a_share_is_drawn_below_one():
    assert {n for n, h in HYPERPARAMETERS.items() if h.is_share} >= {"beta1", "beta2"}
    assert not HYPERPARAMETERS["alpha"].is_share
