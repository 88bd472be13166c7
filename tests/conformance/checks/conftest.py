import pytest

from optimspec.conformance.bench import Bench
from optimspec.conformance.load import as_target


@pytest.fixture
def results(adam):
    """The results of a check by id, on a bench where the target is known to compute ``matched``."""

    def make(check, target, matched=adam, formats=("float64",), claimed=adam, **arguments):
        made = as_target(target, arguments, "tests:Target")
        return {r.id: r for r in check(Bench(made, claimed, formats, 0, matched))}

    return make


@pytest.fixture
def result(results):
    """The only result of a check; see ``results``."""

    def make(*args, **options):
        (only,) = results(*args, **options).values()
        return only

    return make
