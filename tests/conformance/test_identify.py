"""The suite is its own first target: every edit of the catalogue, planted, must be found."""

from contextlib import suppress

import pytest

from optimspec.conformance.identify import identify
from optimspec.conformance.specimen import Specimen
from optimspec.spec import ALGORITHMS, EditDoesNotApply, edits_of


def planted(base):
    for edit in edits_of(base):
        with suppress(EditDoesNotApply):
            yield pytest.param(base.edited(edit), id=f"{base.name}-{edit.id}")


SINGLE = [algorithm for base in ALGORITHMS.values() for algorithm in planted(base)]
COMBINED = [
    ("first-moment-without-history", "second-moment-without-history", "eps-inside-root"),
    ("eps-inside-root", "step-counter-per-parameter-reset"),
    ("l2-weight-decay", "maximize"),
    ("decoupled-weight-decay", "eps-hat", "step-starts-at-two"),
]


def found(bench, target, base):
    identified = identify(bench(target, base), [base])
    return identified and tuple(edit.id for edit in identified.algorithm.edits)


@pytest.mark.parametrize("algorithm", SINGLE)
def test_a_planted_edit_is_named(bench, algorithm):
    base = ALGORITHMS[algorithm.name]

    assert found(bench, Specimen(algorithm), base) == tuple(e.id for e in algorithm.edits)


@pytest.mark.parametrize("edits", COMBINED, ids="+".join)
def test_a_combination_is_named(bench, adam, specimen, edits):
    assert found(bench, specimen(*edits), adam) == edits


@pytest.mark.parametrize("base", ALGORITHMS.values(), ids=lambda a: a.name)
def test_the_algorithm_itself_needs_no_edit(bench, base):
    assert found(bench, Specimen(base), base) == ()


def test_without_a_claim_the_algorithm_is_found_among_all(bench, specimen, adam):
    identified = identify(bench(specimen(base="adamw")), ALGORITHMS.values())

    assert identified.algorithm == ALGORITHMS["adamw"]


def test_what_no_edit_explains_is_unknown(bench, adam, specimen):
    class Halved(Specimen):
        def start(self, theta0, hyper, format):
            return super().start(theta0, {**hyper, "beta1": hyper["beta1"] / 2}, format)

    assert identify(bench(Halved(adam)), [adam]) is None


def test_a_loss_of_precision_is_told_from_another_formula(bench, adam):
    """Float32 inside, float64 outside: the formula is right to float32's accuracy."""

    class Single(Specimen):
        def start(self, theta0, hyper, format):
            return super().start(theta0, hyper, "float32")

    identified = identify(bench(Single(adam)), [adam])

    assert identified.algorithm.edits == ()
    assert identified.loss.format == "float32"
