"""Every outcome has words, and numbers are short."""

import math

import pytest

from optimspec.conformance.record import Record, Status, Verdict
from optimspec.reports.wording import STATUSES, VERDICTS, headline, number, size, tally


def test_every_outcome_has_words() -> None:
    """No verdict or status is without its glyph, label and meaning, and no two look alike."""
    assert set(VERDICTS) == set(Verdict)
    assert set(STATUSES) == set(Status)
    for words in (VERDICTS.values(), STATUSES.values()):
        assert len({w.glyph for w in words}) == len({w.label for w in words}) == len(words)
        assert all(w.meaning for w in words)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (0.0, "0"),
        (1.234, "1.23"),
        (-2.5e-7, "−2.5e−7"),
        (6.95e15, "6.95e15"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_number(value: float | None, shown: str) -> None:
    """Numbers have three digits and a short exponent."""
    assert number(value) == shown


def test_headline_of_one(conforming: Record) -> None:
    """One target is named."""
    assert headline([conforming]) == "torch.optim:Adam was judged against Adam: it conforms."


def test_headline_of_many_specifications(conforming: Record) -> None:
    """Many specifications are counted."""
    records = [
        conforming.model_copy(
            update={"specification": conforming.specification.model_copy(update={"title": str(i)})}
        )
        for i in range(4)
    ]
    assert headline(records) == "4 implementations were judged against 4 specifications: 4 conform."


def test_tally(wrong: Record) -> None:
    """Statuses are counted worst first."""
    assert tally(wrong.checks) == [
        (Status.ERROR, 1),
        (Status.FAIL, 2),
        (Status.XFAIL, 1),
        (Status.SKIP, 4),
        (Status.PASS, 4),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.014, "0.014"), (4.7e-3, "4.7e−3"), (2e-7, "2e−7"), (1234.0, "1.2e3"),
     (9.99, "10"), (math.inf, "∞"), (None, "")],
)  # fmt: skip
def test_a_size_has_two_digits(value: float | None, text: str) -> None:
    """With an exponent where zeros would be counted."""
    assert size(value) == text
