"""What an earlier census has is lost only where it is judged anew."""

import pytest

from optimspec.conformance.census.declared import Declared
from optimspec.conformance.census.known import Known
from small_census import census, eight

BEFORE = census()
ENVIRONMENT = BEFORE.environments["one"]
VERSIONS = {"alpha-optim": "1.1", "beta-learn": "2.1"}


def listed(environment, *packages):
    """A list with the rows of these packages."""
    rows = {name: [row for row in eight() if row.package == name] for name in packages}
    return Declared.model_validate(
        {
            "environment": {"name": environment},
            "package": [
                {
                    "name": name,
                    "row": [
                        {"target": r.target, "spec": r.spec, "arguments": r.arguments}
                        for r in rows[name]
                    ],
                }
                for name in packages
            ],
        }
    )


ALL = listed("one", "alpha-optim", "beta-learn", "gamma")


@pytest.fixture
def known():
    return Known(BEFORE.formats, BEFORE.seed, BEFORE)


def packages(found):
    return {row.package for row in found.rows}


def test_until_an_environment_is_entered_all_that_was_known_of_it_stays(known):
    found = known.census([ALL])
    assert (found.rows, found.packages) == (BEFORE.rows, BEFORE.packages)
    assert found.formulas == BEFORE.formulas


def test_of_packages_that_are_entered_nothing_stays(known):
    known.enter(listed("one", "alpha-optim"), ENVIRONMENT, VERSIONS)
    found = known.census([ALL])
    assert packages(found) == {"beta-learn", "gamma"}
    assert {p.name: p.version for p in found.packages}["alpha-optim"] == "1.1"


def test_what_is_not_listed_any_more_is_left_out(known):
    assert packages(known.census([listed("one", "gamma")])) == {"gamma"}


def test_a_package_that_is_not_installed_is_missing(known):
    known.enter(ALL, ENVIRONMENT, VERSIONS)
    assert [m.name for m in known.census([ALL]).missing] == ["gamma"]


def test_an_environment_that_cannot_be_made_costs_no_row_that_is_known(known):
    known.lack(ALL, "pip failed")
    found = known.census([ALL])
    assert (found.rows, found.missing) == (BEFORE.rows, [])


def test_and_of_what_is_not_known_it_says_why():
    nothing = Known(BEFORE.formats, BEFORE.seed, None)
    nothing.lack(ALL, "pip failed")
    found = nothing.census([ALL])
    assert {m.why for m in found.missing} == {"pip failed"}
    assert packages(found) == set()


@pytest.mark.parametrize(("formats", "seed"), [(["float64"], 0), (["float64", "float32"], 1)])
def test_rows_of_other_formats_or_another_seed_are_not_mixed_in(formats, seed):
    assert not Known(formats, seed, BEFORE).census([ALL]).rows
