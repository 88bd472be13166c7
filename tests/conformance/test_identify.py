"""The suite is its own first target: every edit of the catalogue, planted, must be found."""

import pytest
from sympy import Rational

from optimspec.conformance import cases
from optimspec.conformance.identify import identify
from optimspec.conformance.measure import compare
from optimspec.conformance.protocol import Capabilities
from optimspec.conformance.regimes import REGIMES
from optimspec.conformance.specimen import Specimen
from optimspec.conformance.tell_apart import tell_apart
from optimspec.spec import ALGORITHMS, EDITS, hosts_of, mutations_of
from optimspec.spec.equivalence import prove_equivalent
from optimspec.spec.fits import fits_of

TELLING = {
    "one-step", "alternating", "zero", "eps-large", "eps-default", "no-momentum", "exact-scalars",
    "schedule", "settings-change", "shapes",
}  # fmt: skip


def planted():
    """Every edit of the catalogue, in the first algorithm that has a place for it.

    `optimspec mutants` plants each in all. One that undoes an option leaves nothing to be named.
    """
    for edit in EDITS.values():
        host = hosts_of(edit)[0]
        if not (host.edits and prove_equivalent(host.edited(edit), ALGORITHMS[host.name])):
            yield pytest.param(host.edited(edit), id=f"{host.name}-{edit.id}")


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Leave out cases whose truth takes long, or that show what these show."""
    monkeypatch.setattr(cases, "REGIMES", tuple(r for r in REGIMES if r.id in TELLING))


COMBINED = [
    ("first-moment-without-history", "second-moment-without-history", "eps-inside-root"),
    ("eps-inside-root", "step-counter-per-parameter-reset"),
    ("l2-weight-decay", "maximize"),
    ("decoupled-weight-decay", "eps-hat", "step-starts-at-two"),
]


def found(bench, target, base):
    identified = identify(bench(target, base), [base])
    return identified and tuple(edit.id for edit in identified.algorithm.edits)


@pytest.mark.parametrize("algorithm", [*planted()])
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


def fit(adam, family, value):
    return next(f for f in fits_of(adam) if f.id == family).at(Rational(value))


@pytest.mark.parametrize(
    ("family", "value"),
    [("alpha-scaled", "1.01"), ("beta1-fixed", "0.8"), ("epsilon-scaled", "10"),
     ("beta2-scaled", "0.5"), ("step-shifted", "3")],
)  # fmt: skip
def test_a_number_is_found(bench, adam, family, value):
    edit = fit(adam, family, value)

    assert found(bench, Specimen(adam.edited(edit)), adam) == (edit.id,)


def test_a_number_is_found_beside_an_edit(bench, adam):
    edits = (EDITS["eps-hat"], fit(adam, "alpha-scaled", "1.01"))

    assert found(bench, Specimen(adam.edited(*edits)), adam) == tuple(e.id for e in edits)


def test_a_number_above_a_threshold_is_no_finding(bench):
    """Without clipping any threshold will do that is high enough: the slip says more."""
    base = ALGORITHMS["adafactor-vector"]
    slip = next(e for e in mutations_of(base) if e.id == "mutation:u_hat:drop-factor-4")

    (diagnosis,) = found(bench, Specimen(base.edited(slip)), base)
    assert diagnosis.startswith("mutation:u_hat:")


def test_a_slip_that_nobody_has_reported_is_found(bench, adam):
    slip = next(e for e in mutations_of(adam) if e.id == "mutation:m:drop-factor-2")

    assert found(bench, Specimen(adam.edited(slip)), adam) == (slip.id,)


def test_formulas_that_agree_on_the_cases_are_told_apart_by_inputs_sought(bench, adam, specimen):
    one, other = specimen(), specimen("eps-hat")
    left, tried = tell_apart(
        bench(one), [other.algorithm, one.algorithm], lambda a, o: compare(a, o, 8).k <= 8
    )

    assert left == [one.algorithm]
    assert tried


def test_formulas_that_no_run_tells_apart_are_both_kept(bench, adam, specimen):
    pair = [specimen("eps-hat").algorithm, adam]

    assert tell_apart(bench(specimen()), pair, lambda *_: True)[0] == pair


def test_a_setting_that_nobody_can_give_is_no_bug(bench, adam):
    class Fixed(Specimen):
        @property
        def hyperparameters(self):
            return {n: x for n, x in super().hyperparameters.items() if n != "epsilon"}

        @property
        def capabilities(self):
            names = frozenset(self.hyperparameters)
            return Capabilities(settable=names, schedulable=names)

    fixed = fit(adam, "epsilon-fixed", "1e-7")
    (edit,) = identify(bench(Fixed(adam.edited(fixed))), [adam]).algorithm.edits

    assert (edit.id, edit.kind) == ("epsilon-fixed:1e-07", "variant")


def test_what_no_edit_explains_is_unknown(bench, adam):
    class Squared(Specimen):
        def start(self, theta0, hyper, format):
            return super().start(theta0, {**hyper, "beta1": hyper["beta1"] ** 2}, format)

    assert identify(bench(Squared(adam)), [adam]) is None


@pytest.mark.usefixtures("shallow")
def test_a_loss_of_precision_is_told_from_another_formula(bench, adam):
    """Float32 inside, float64 outside: the formula is right to float32's accuracy."""

    class Single(Specimen):
        def start(self, theta0, hyper, format):
            return super().start(theta0, hyper, "float32")

    identified = identify(bench(Single(adam)), [adam])

    assert identified.algorithm.edits == ()
    assert identified.loss.format == "float32"
