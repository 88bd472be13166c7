"""What is proved of formulas that meet at certain settings."""

import pytest

from optimspec.conformance.census.relations import _zeroed, relations
from optimspec.spec import ALGORITHMS, EDITS
from optimspec.spec.errors import MalformedAlgorithm


def met(*keys):
    return {(found.one, found.other): found.when for found in relations(keys)}


def test_adams_of_different_epsilons_meet_where_it_is_zero():
    keys = "adam", "adam+eps-inside-root"
    assert met(*keys) == {keys: {"epsilon": 0}}


def test_formulas_that_are_one_while_settings_are_constant_meet_anywhere():
    keys = "momentum", "momentum+lr-inside-velocity"
    assert met(*keys) == {keys: {}}


def test_a_setting_that_would_divide_by_zero_is_left_out():
    with pytest.raises(MalformedAlgorithm):
        _zeroed(ALGORITHMS["adan"].edited(EDITS["adan-betas-complemented"]), "beta1")
    assert met("adan", "adan+adan-betas-complemented") == {}


def test_formulas_that_never_meet_and_unknown_ones_are_not_named():
    assert met("adam", "adam+amsgrad", "adam+fitted by hand", "sgd") == {}
