"""What an upgrade changed: packages, rows, verdicts, formulas, defaults, rounding, checks."""

import pytest

from optimspec.conformance.record import Verdict
from optimspec.reports.census_changes import changes
from optimspec.reports.diff import Change, render
from small_census import BROKEN, census, row

NAME = "gamma gamma:A"


def one(verdict=Verdict.CONFORMS, **more):
    return census(row("gamma", "gamma:A", "adam", verdict, **more))


def test_nothing_has_changed():
    assert changes(census(), census()) == []


def test_packages_come_go_and_get_other_versions():
    old = census()
    alpha, beta, gamma = old.packages
    newer = gamma.model_copy(update={"version": "0.3"})
    delta = alpha.model_copy(update={"name": "delta"})
    new = old.model_copy(update={"packages": [beta, newer, delta]})

    assert changes(old, new) == [
        Change("alpha-optim", "one", "version", "1.0", None),
        Change("gamma", "one", "version", "0.3rc1", "0.3"),
        Change("delta", "one", "version", None, "1.0"),
    ]


def test_rows_come_and_go():
    other = census(row("gamma", "gamma:B", "sgd", Verdict.VARIANT))
    assert changes(one(), other) == [
        Change(NAME, "adam", "target", "conforms", None),
        Change("gamma gamma:B", "sgd", "target", None, "variant"),
    ]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ({"verdict": Verdict.IMPRECISE}, [("verdict", "conforms", "imprecise")]),
        ({"formula": "adam+eps-hat"}, [("formula", "adam", "adam+eps-hat")]),
        ({"formula": None}, [("formula", "adam", "unknown")]),
        ({"used": {"epsilon": 1e-7}}, [("default epsilon", "1e-8", "1e-7")]),
        ({"used": {"epsilon": None}}, [("default epsilon", "1e-8", "none")]),
        ({"error_constants": {"float64": 8.6, "float32": 0.8}}, [("k float64", "0.86", "8.6")]),
        ({"error_constants": {"float64": 0.86}}, [("k float32", "0.79", None)]),
        ({"failed": [BROKEN]}, [("check contract.closure", None, "fail")]),
        ({"summary": "It is.", "seconds": 1.0}, []),
    ],
)
def test_what_changed_of_a_row(new, found):
    assert changes(one(), one(**new)) == [Change(NAME, "adam", *each) for each in found]


def test_it_is_told_in_lines():
    assert render(changes(one(), one(Verdict.VARIANT, formula="adam+eps-hat"))) == (
        "gamma gamma:A (adam)\n  verdict: conforms -> variant\n  formula: adam -> adam+eps-hat\n"
    )
