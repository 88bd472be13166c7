import numpy as np
import pytest
from hypothesis import settings

from optimspec.reference import FORMATS, Experiment
from optimspec.spec import ALGORITHMS

settings.register_profile("tests", derandomize=True, deadline=None)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _no_global_state():
    """No test changes how later tests draw or print numbers."""
    state, options = np.random.get_state(), np.get_printoptions()  # noqa: NPY002
    yield
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(state, after, strict=True))
    assert np.get_printoptions() == options


@pytest.fixture
def adam():
    return ALGORITHMS["adam"]


@pytest.fixture
def make_experiment(adam):
    """A run of Adam on normal gradients over six decades, in any format."""

    def make(name="float64", steps=10, elements=8, seed=0, **hyper):
        into, rng = FORMATS[name], np.random.default_rng(seed)
        sizes = np.logspace(-3, 3 if name != "float16" else 1, elements)
        theta0 = into.round(rng.standard_normal(elements))
        gradients = into.round(rng.standard_normal((steps, elements)) * sizes)
        return Experiment(
            (theta0,), tuple((row,) for row in gradients), {**adam.defaults, **hyper}, name
        )

    return make
