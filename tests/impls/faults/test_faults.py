"""Every fault of the catalogue is caught by the checks it names, and by no others."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.contract import contract
from optimspec.conformance.checks.formula import formula
from optimspec.conformance.checks.options import options
from optimspec.conformance.checks.precision import precision
from optimspec.conformance.judge import judge
from optimspec.conformance.load import load
from optimspec.conformance.planted import planted
from optimspec.conformance.record import Status
from optimspec.reference import error_limit
from optimspec.spec import ALGORITHMS, FAULTS, Kind

HOSTED = [(f.id, into) for f in FAULTS.values() for into in f.into or ("",)]
ACQUITTED = {f.specimen: f for f in FAULTS.values() if f.kind is Kind.FALSE_ALARM}


@pytest.fixture(autouse=True)
def _search_little(monkeypatch):
    """Curated cases show every fault here; a search would only show it smaller."""
    module = import_module("optimspec.conformance.checks.formula")
    monkeypatch.setattr(module, "EXAMPLES", 1)


def bench(fault, into):
    """The target with the fault, taken for what it claims."""
    target = planted(fault, into) if into else load(fault.specimen)
    claimed = ALGORITHMS[target.claim if into else fault.spec]
    return Bench(target, claimed, fault.formats, seed=0, matched=claimed)


def failed(made: Bench, *checks) -> Iterator[str]:
    """Ids of the rules that ``checks`` find broken."""
    for check in checks:
        for result in check(made):
            assert result.status is not Status.ERROR
            if result.status is Status.FAIL:
                yield result.id


@pytest.mark.parametrize(("name", "into"), HOSTED)
def test_a_fault_is_caught_by_what_its_entry_names_and_by_nothing_else(name, into):
    fault = FAULTS[name]
    made = bench(fault, into)
    families = {check.partition(".")[0] for check in fault.caught_by}
    if families <= {"contract", "option"}:
        case = made.case("shapes", made.finest)
        assert made.compare(made.claimed, case).k <= error_limit(made.claimed)
        checks = (options, contract) if "option" in families else (contract,)
    else:
        # rounding is measured against a formula that is known
        checks = (formula, contract) if "formula" in families else (formula, precision, contract)

    assert set(failed(made, *checks)) == set(fault.caught_by)


@pytest.mark.parametrize("into", ["torch.optim:Adam", "torch.optim:AdamW"])
def test_hosts_are_sound_without_a_fault(into):
    target = load(into)
    made = Bench(target, ALGORITHMS[target.claim], ("float64",), seed=0)

    assert set(failed(made, contract)) == set()


@pytest.mark.parametrize("specimen", ACQUITTED)
def test_false_alarms_are_acquitted(specimen):
    target = load(specimen)
    spec = ALGORITHMS[ACQUITTED[specimen].spec]
    record = judge(target, spec, formats=["float64"], proofs=False)

    assert record.verdict == "conforms", record.summary
