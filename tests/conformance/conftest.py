import pytest

import vector_files
from optimspec.conformance import cases
from optimspec.conformance.bench import Bench
from optimspec.conformance.regimes import REGIMES
from optimspec.conformance.specimen import Specimen
from optimspec.spec import ALGORITHMS, EDITS


@pytest.fixture
def specimen(adam):
    """A target that computes Adam with the named edits."""

    def make(*edits, base="adam"):
        return Specimen(ALGORITHMS[base].edited(*(EDITS[edit] for edit in edits)))

    return make


@pytest.fixture
def short(monkeypatch):
    """Leave out runs of a hundred and a thousand steps, whose truth takes half of a judgement."""
    monkeypatch.setattr(cases, "REGIMES", tuple(r for r in REGIMES if r.steps < 100))


@pytest.fixture
def shallow(monkeypatch):
    """Seek single edits alone: combinations are the matter of the tests of identification."""
    monkeypatch.setattr("optimspec.conformance.identify.MOST_EDITS", 1)


@pytest.fixture
def bench(adam):
    def make(target, claimed=adam, seed=0):
        return Bench(target, claimed, target.capabilities.formats, seed)

    return make


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """A folder of test vectors of Adam in float64 and float32, in all forms."""
    folder = tmp_path_factory.mktemp("vectors")
    formats = ("--format", "float64", "--format", "float32")
    with vector_files.few_cases():
        made = vector_files.run("export", "adam", "-o", folder, *formats, "--flat")
    assert made.exit_code == 0, made.output
    return folder
