"""Errors are drawn against their bounds, whatever they are."""

import math
from xml.etree.ElementTree import fromstring

import pytest

from optimspec.conformance.record import Series
from optimspec.reports.plot import error_plot


def run(error: list[float], form: str = "float32") -> Series:
    """Return a series with a bound of 1e-9."""
    count = len(error)
    return Series(
        case="c",
        format=form,
        variable="theta",
        steps=list(range(1, count + 1)),
        error=error,
        bound=[1e-9] * count,
    )


@pytest.mark.parametrize(
    "error",
    [
        [1e-10, 1e-9, 1e-8],
        [0.0, 0.0, 0.0],
        [math.nan, math.inf, 1e-9],
        [5e-324, 1.7e308],
        [1e-10],
        [],
    ],
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_error_can_be_drawn(error: list[float], count: int) -> None:
    """Zeros, infinities, NaN, extremes and single points make a well-formed drawing."""
    svg = fromstring(error_plot([run(error)] * count, "p"))
    words = "".join(svg.itertext())

    assert "step t" in words
    assert "absolute error" in words
    assert words.count("float32") == count


def test_zero_bound() -> None:
    """A run whose error and bound are all zero is drawn."""
    silent = run([0.0, 0.0]).model_copy(update={"bound": [0.0, 0.0]})
    assert fromstring(error_plot([silent], "p")).tag.endswith("svg")


def test_deterministic_and_undated() -> None:
    """The same runs give the same text, with no date and no address to load from."""
    first = error_plot([run([1e-10, 2e-10])], "p")

    assert first == error_plot([run([1e-10, 2e-10])], "p")
    assert "<metadata" not in first
    assert "<!DOCTYPE" not in first
    assert "<style" not in first
    assert "currentColor" in first


def test_ids_carry_the_name() -> None:
    """Two drawings in one page share no id, and each refers to its own."""
    ids = [
        {e.get("id") for e in fromstring(error_plot([run([1e-10])], name)).iter() if e.get("id")}
        for name in ("a", "b")
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_title_without_end() -> None:
    """A name of ten thousand letters leaves room for its panel."""
    words = "".join(fromstring(error_plot([run([1e-10], "x" * 10**4)] * 2, "p")).itertext())
    assert words.count("x... (10000 characters)") == 2


def test_hostile_format() -> None:
    """A format's name is neither mathematics nor markup."""
    words = "".join(fromstring(error_plot([run([1e-10], "$\\frac{$<b>")], "p")).itertext())
    assert "$\\frac{$<b>" in words
