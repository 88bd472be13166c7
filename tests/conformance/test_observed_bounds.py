"""What says in which format tensors are computed, and what does not."""

import pytest

from optimspec.conformance.observe import Observation
from optimspec.conformance.observed_bounds import wider_state
from optimspec.reference import Experiment
from optimspec.spec import ALGORITHMS


@pytest.mark.parametrize(
    ("name", "wider"),
    [
        ("adam", {"m", "v"}),
        ("asgd", {"a"}),
        ("nadam", {"m", "v"}),
        ("schedule-free-sgd", {"z"}),
        ("prodigy", {"m", "v", "r_weighted", "s_weighted", "d", "theta_start"}),
    ],
)
def test_numbers_that_all_elements_share_say_nothing(name, wider):
    algorithm = ALGORITHMS[name]
    kept = {s.variable.name: "float32" for s in algorithm.state}
    run = Observation(Experiment((), (), {}, "float16"), [], [], kept)

    assert wider_state(algorithm, run).keys() == wider
