"""Twenty rows of the census, picked by a hash, beside what somebody read in the packages' sources.

The functions of ``read_from_source.py`` were written from the packages alone. Each must lie within
the limit of the formula that the census names for its row, and of no other.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from optimspec.conformance.cases import build
from optimspec.conformance.census_record import Census
from optimspec.conformance.identify import losses
from optimspec.conformance.measure import compare
from optimspec.conformance.observe import Observation
from optimspec.conformance.record import Verdict
from optimspec.conformance.regimes import EXACT, REGIMES
from optimspec.reference import FORMATS, Experiment, error_limit
from optimspec.spec import ALGORITHMS, EDITS, SpecError, mutations_of
from read_from_source import READ

CENSUS = Path(__file__).parents[3] / "docs" / "census.json"
ROWS = 20
STEPS, SHAPES = 12, ((3,), (2, 2))
RATES = {5: {"alpha": 0.25}, 9: {"alpha": 0.0625}}


@cache
def census():
    return Census.model_validate_json(CENSUS.read_text(encoding="utf-8"))


def picked():
    """The first rows that were judged, in the order of their keys' hashes."""
    rows = census().rows if CENSUS.exists() else ()
    judged = [row for row in rows if row.verdict is not Verdict.ERROR]
    return sorted(judged, key=hashed)[:ROWS]


def hashed(row):
    return sha256("|".join(("census", *row.key)).encode()).digest()


def explained(row):
    formula = census().formulas[row.formula]
    return ALGORITHMS[formula.algorithm].edited(*(EDITS[edit.id] for edit in formula.edits))


def without(algorithm):
    """The same without each of its edits; if it has none, with each small slip in its update."""
    base = ALGORITHMS[algorithm.name]
    for edit in algorithm.edits:
        try:
            yield base.edited(*(other for other in algorithm.edits if other is not edit))
        except SpecError:
            yield base
    if not algorithm.edits:
        yield from (
            algorithm.edited(slip) for slip in mutations_of(algorithm) if ":theta:" in slip.id
        )


def experiments(row, algorithm):
    """Runs with the settings of the row, and with settings and rates that are exact in binary."""
    used = {s.name: s.paper if s.used is None else s.used for s in row.settings}
    own = {name: used.get(name, value) for name, value in algorithm.defaults.items()}
    exact = {name: EXACT.get(name, value) for name, value in own.items()}
    rng = np.random.default_rng(0)
    theta0 = tuple(rng.standard_normal(shape) for shape in SHAPES)
    scales = [10 ** rng.uniform(-1, 1, shape) for shape in SHAPES]
    gradients = tuple(
        tuple(scale * rng.standard_normal(scale.shape) for scale in scales) for _ in range(STEPS)
    )
    changes = RATES if READ[row.key].takes_rates else {}
    return [
        Experiment(theta0, gradients, own, "float64"),
        Experiment(theta0, gradients, exact, "float64", changes),
    ]


def observed(row, experiment):
    """What the function that was read does."""
    settings = dict(experiment.hyper)
    if experiment.changes:
        settings["alpha"] = [now["alpha"] for now in experiment.settings()]
    runs = [
        READ[row.key].run(theta, [step[at] for step in experiment.gradients], settings)
        for at, theta in enumerate(experiment.theta0)
    ]
    thetas = [list(step) for step in zip(*runs, strict=True)]
    return Observation(experiment, thetas, [[{}] * len(runs)] * len(thetas), {})


def measured(row, algorithm, experiment, loss=None):
    return compare(algorithm, observed(row, experiment), error_limit(algorithm), loss=loss)


def is_single(row):
    """Whether the census says that float64 parameters have a narrower format's accuracy."""
    return row.error_constants.get("float64", 0) > (row.error_limit or np.inf)


def named(rows):
    return [pytest.param(row, id=row.target) for row in rows]


def test_as_many_rows_as_are_read_were_judged():
    assert CENSUS.exists(), f"The census must be in {CENSUS}; there is none."
    missing = [" ".join(row.key) for row in picked() if row.key not in READ]

    assert not missing, f"Nobody has read in its source, for read_from_source.py: {missing}."
    assert len(picked()) == ROWS


@pytest.mark.parametrize("row", named(row for row in picked() if row.formula))
def test_what_was_read_is_the_formula_of_the_census(row):
    algorithm = explained(row)
    usual, exact = experiments(row, algorithm)
    limit = error_limit(algorithm)
    coarse = losses("float64")[1] if is_single(row) else None

    assert measured(row, algorithm, exact).k <= limit
    assert measured(row, algorithm, usual, coarse).k <= limit
    assert (measured(row, algorithm, usual).k > limit) == is_single(row)


@pytest.mark.parametrize("row", named(row for row in picked() if row.formula))
def test_what_was_read_is_no_other_formula(row):
    for other in without(explained(row)):
        limit, runs = error_limit(other), reversed(experiments(row, other))
        assert any(measured(row, other, each).k > limit for each in runs), other.edits


@pytest.mark.parametrize("row", named(row for row in picked() if not row.formula))
def test_what_was_read_departs_where_the_census_says_so(row):
    claimed = ALGORITHMS[row.spec]
    (at,) = [d for d in row.departures if d.variable == "theta"]
    (regime,) = [regime for regime in REGIMES if regime.id == at.case]
    used = {s.name: s.paper if s.used is None else s.used for s in row.settings}
    into = FORMATS[at.format]
    case = build(regime, used, frozenset(used), frozenset(), into, census().seed, claimed=claimed)
    allowed = error_limit(claimed) * at.bound
    got = observed(row, case.experiment).thetas[at.step - 1][at.parameter].ravel()[at.element]

    assert abs(got - at.got) <= allowed < abs(got - at.expected)
    assert measured(row, claimed, case.experiment).first.step == at.step
