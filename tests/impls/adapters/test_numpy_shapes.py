"""Every shape of one Adam makes the same steps as the plain class."""

import numpy as np
import pytest

import numpy_shapes
from optimspec.conformance.protocol import Experiment, NotATarget
from optimspec.impls.adapters.numpy_optimizer import adapt
from optimspec.impls.adapters.numpy_shape import Shape
from optimspec.impls.naive_numpy import NaiveAdam

BY_ARRAY = ["adam", "CalledAdam", "closure_adam", "named_pair_adam", "ready_adam"]
BY_LIST = ["adam_of_lists", "ReturningAdam", "UpdatingAdam", "pair_adam", "ready_pair_adam"]
EACH = pytest.mark.parametrize("name", [*BY_ARRAY, *BY_LIST])
BY_ADDING = ["pair_adam", "ready_pair_adam"]
"""Those whose parameters are rounded once more: what a step returns is added to them."""

SETTINGS = {"alpha": 0.125, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.25}
"""Also those of what is ready made."""
LATER = {"alpha": 0.5, "beta1": 0.25, "beta2": 0.5, "epsilon": 0.125}


def target(name, **args):
    made = adapt(getattr(numpy_shapes, name), args, f"numpy_shapes:{name}")
    assert made is not None
    return made


PLAIN = adapt(NaiveAdam, {}, "x:NaiveAdam")


def experiment(made, format="float64", steps=6):
    """A run with what can be set from the start, and what can change changed at the third step."""
    rng = np.random.default_rng(0)
    shapes = ((), (3,), (2, 2))
    start, *rows = (
        tuple(rng.standard_normal(s).astype(format) for s in shapes) for _ in range(steps + 1)
    )
    hyper = {n: SETTINGS[n] for n in made.capabilities.settable}
    later = {n: LATER[n] for n in sorted(made.capabilities.schedulable)}
    return Experiment(start, tuple(rows), hyper, format, {3: later} if later else {})


def run(made, given):
    session = made.start(given.theta0, given.hyper, given.format)
    for step, row in enumerate(given.gradients, start=1):
        for name, value in given.changes.get(step, {}).items():
            session.set(name, value)
        yield [theta.tolist() for theta in session.step(row)], session.state()


def flat(rows):
    return np.concatenate([np.ravel(theta) for thetas, _ in rows for theta in thetas])


@pytest.mark.parametrize("format", ["float64", "float32", "float16"])
@EACH
def test_every_shape_makes_the_same_steps(name, format):
    made = target(name)
    given = experiment(made, format)
    plain = Experiment(given.theta0, given.gradients, SETTINGS, format, given.changes)
    ulp = np.finfo(format).eps if name in BY_ADDING else 0

    np.testing.assert_allclose(
        flat(run(made, given)), flat(run(PLAIN, plain)), rtol=0, atol=4 * ulp
    )


@EACH
def test_the_program_prints_what_the_session_returns(name, capsys):
    made = target(name)
    given = experiment(made)
    exec(made.snippet(given), {})

    lines = [f"{step} {thetas}" for step, (thetas, _) in enumerate(run(made, given), start=1)]
    assert capsys.readouterr().out.splitlines() == lines


@EACH
def test_each_run_begins_anew(name):
    made = target(name)
    given = experiment(made)

    assert flat(run(made, given)).tolist() == flat(run(made, given)).tolist()


@pytest.mark.parametrize("name", ["adam", "adam_of_lists", "ReturningAdam", "named_pair_adam"])
def test_state_is_found_in_attributes_and_in_what_is_returned(name):
    made = target(name)
    given = experiment(made)
    plain = Experiment(given.theta0, given.gradients, SETTINGS, "float64", given.changes)
    for (_, got), (_, expected) in zip(run(made, given), run(PLAIN, plain), strict=True):
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_equal(one, other)


@pytest.mark.parametrize(
    ("name", "schedulable"),
    [
        ("adam", SETTINGS.keys()),
        ("CalledAdam", SETTINGS.keys()),
        ("closure_adam", set()),
        ("pair_adam", set()),
        ("ready_adam", SETTINGS.keys()),
    ],
)
def test_what_can_change_is_passed_at_each_step_or_is_an_attribute(name, schedulable):
    made = target(name)

    assert made.claim == "adam"
    assert made.capabilities.schedulable == schedulable
    assert made.capabilities.settable == (set() if "ready" in name else SETTINGS.keys())


def test_two_attributes_for_one_setting_are_not_changed():
    class Adam(numpy_shapes.UpdatingAdam):
        def __init__(self, learning_rate_init=1e-3):
            super().__init__(learning_rate_init)
            self.learning_rate = learning_rate_init

    assert "alpha" not in adapt(Adam, {}, "x:Adam").capabilities.schedulable


def widened(theta, grad, lr=0.5):
    return theta - np.float64(lr) * grad


def test_a_format_that_is_not_kept_is_not_taken():
    made = adapt(widened, {}, "x:widened")
    given = experiment(made, "float32", steps=1)

    assert made.capabilities.formats == ("float64",)
    with pytest.raises(TypeError, match="float32 became float64"):
        list(run(made, given))


def test_a_step_that_is_given_state_returns_it():
    def forgetful(theta, grad, state, lr=0.5):
        return theta - lr * grad

    made = adapt(forgetful, {}, "x:forgetful")
    with pytest.raises(TypeError, match="must return two things"):
        list(run(made, experiment(made, steps=1)))


def test_the_number_of_the_step_is_passed_to_who_asks():
    def counted(theta, grad, t, lr=0.5):
        return theta - lr / t * grad

    made = adapt(counted, {}, "x:counted")
    given = Experiment((np.zeros(1),), ((np.ones(1),),) * 2, {"alpha": 1.0}, "float64")
    assert [thetas for thetas, _ in run(made, given)] == [[[-1.0]], [[-1.5]]]


def test_an_array_without_a_gradient_stays():
    session = target("CalledAdam").start([np.ones(2), np.ones(2)], {}, "float64")
    moved, stays = session.step([np.ones(2), None])

    assert (moved != 1).all()
    assert (stays == 1).all()


@pytest.mark.parametrize(
    "other",
    [
        lambda theta, lr=0.1: theta * lr,  # no gradient
        lambda a, b, lr=0.1: a - lr * b,  # names that say nothing
        lambda lr=0.1: lr,  # makes a number
        (len, len),
        (lambda params: params, lambda params: params),
        np.zeros(3),
    ],
)
def test_other_things_have_no_shape(other):
    assert adapt(other, {}, "x:other") is None


def test_objects_of_frameworks_have_no_shape_of_numpys():
    torch = pytest.importorskip("torch")

    assert Shape.of(torch.optim.SGD([torch.zeros(1)])) is None


def test_a_function_may_be_given_arguments():
    made = target("adam", lr=0.5)

    assert made.name == "numpy_shapes:adam(lr=0.5)"
    assert made.capabilities.settable == SETTINGS.keys() - {"alpha"}
    with pytest.raises(NotATarget, match="found 'rl'"):
        target("adam", rl=0.5)
