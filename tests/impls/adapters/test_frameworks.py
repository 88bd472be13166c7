"""Adam of each framework: what is found out of it, and that a program makes the same run.

Each is skipped where its framework is not installed, as in the ordinary environment for tests.
"""

import importlib
import sys
from contextlib import suppress

import numpy as np
import pytest

from optimspec.conformance import check
from optimspec.conformance.load import CannotLoad, load
from optimspec.conformance.protocol import Experiment, NotATarget, Snippets, Toggles
from optimspec.impls.adapters.optional import required
from optimspec.impls.adapters.probing import flushed_formats

pytestmark = pytest.mark.filterwarnings("ignore")  # the frameworks' own, of each other's versions

ADAM = frozenset({"alpha", "beta1", "beta2", "epsilon"})
FLAGS = {
    "optax:adam": {"nesterov"},
    "keras.optimizers:Adam": {"amsgrad", "use_ema"},
    "mlx.optimizers:Adam": {"bias_correction"},
}
FORMATS = ("float64", "float32", "bfloat16", "float16")
LISTS = ("optax", "keras")

EACH = pytest.mark.parametrize("reference", FLAGS)

for framework in FLAGS:  # before any test: they draw random numbers when they are imported
    with suppress(ImportError):
        importlib.import_module(framework.partition(":")[0])


@pytest.fixture(autouse=True)
def _single_precision():
    """JAX as it is by itself after a program that turned 64 bits on."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].config.update("jax_enable_x64", False)


def target(reference, **arguments):
    pytest.importorskip(reference.partition(":")[0], reason="the framework is not installed")
    return load(reference, arguments)


def experiment(made, format="float32", changes=None):
    rng = np.random.default_rng(0)
    start, *rows = (
        tuple(rng.integers(-8, 8, shape) / 4 for shape in ((3,), (), (2, 2))) for _ in range(4)
    )
    hyper = {"alpha": 0.125, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.25}
    return Experiment(start, tuple(rows), hyper, format, changes or {})


def run(made, given):
    session = made.start(given.theta0, given.hyper, given.format)
    for step, row in enumerate(given.gradients, start=1):
        for name, value in given.changes.get(step, {}).items():
            session.set(name, value)
        yield [theta.tolist() for theta in session.step(row)], session


@EACH
def test_what_is_found_out(reference):
    made = target(reference)

    assert isinstance(made, Snippets)
    assert isinstance(made, Toggles)
    assert made.claim == "adam"
    assert made.capabilities.formats == FORMATS
    assert made.capabilities.settable >= ADAM
    assert made.capabilities.schedulable >= ADAM
    assert made.flags.keys() == FLAGS[reference]


@pytest.mark.parametrize("format", FORMATS)
@EACH
def test_the_program_prints_what_the_session_returns(reference, format, capsys):
    made = target(reference)
    given = experiment(made, format, {2: {"alpha": 0.5, "beta1": 0.25}})
    exec(made.snippet(given), {})

    lines = [f"{step} {thetas}" for step, (thetas, _) in enumerate(run(made, given), start=1)]
    assert capsys.readouterr().out.splitlines() == lines


@EACH
def test_moments_are_shown_in_the_parameters_format(reference):
    made = target(reference)
    given = experiment(made)
    *_, (_, session) = run(made, given)

    m = v = 0.0
    for row in given.gradients:
        m, v = 0.5 * m + 0.5 * row[0], 0.75 * v + 0.25 * row[0] ** 2
    np.testing.assert_array_equal(session.state()[0]["m"], m)
    np.testing.assert_array_equal(session.state()[0]["v"], v)
    assert session.state_formats().items() >= {("m", "float32"), ("v", "float32")}


@EACH
def test_a_flag_is_switched(reference):
    made = target(reference)
    flag = next(iter(FLAGS[reference]))

    assert made.toggled(flag).flags[flag] is not made.flags[flag]


@EACH
def test_arguments_are_never_overridden(reference):
    key = "beta_1" if "keras" in reference else "b1"
    arguments = {"betas": (0.5, 0.75)} if "mlx" in reference else {key: 0.5}
    made = target(reference, **arguments)

    assert made.hyperparameters["beta1"] == 0.5
    assert "beta1" not in made.capabilities.settable
    with pytest.raises(CannotLoad, match="unknown"):
        target(reference, unknown=1)


SAID = [
    ("optax:sgd", {"momentum": 0.9}, "conforms", []),
    ("keras.optimizers:SGD", {"momentum": 0.9}, "variant", ["lr-inside-velocity"]),
    ("mlx.optimizers:SGD", {}, "conforms", []),
    ("sklearn.neural_network._stochastic_optimizers:SGDOptimizer", {}, "conforms", []),
    ("sklearn.neural_network._stochastic_optimizers:AdamOptimizer", {}, "variant", ["eps-hat"]),
]
"""Of targets with arguments, the verdict in float32 and the edits that explain them."""


@pytest.mark.parametrize(("reference", "arguments", "verdict", "edits"), SAID)
def test_what_the_suite_says(reference, arguments, verdict, edits):
    target(reference)
    record = check(reference, formats=["float32"], **arguments)

    assert (record.verdict, [edit.id for edit in record.matched.edits]) == (verdict, edits)


def test_settings_that_two_attributes_keep_are_not_changed():
    made = target("sklearn.neural_network._stochastic_optimizers:AdamOptimizer")

    assert made.capabilities.settable == ADAM
    assert made.capabilities.schedulable == ADAM - {"alpha"}


def test_a_transformation_that_is_ready_made_keeps_its_settings():
    optax = pytest.importorskip("optax")
    from optimspec.impls.adapters.optax_transformation import adapt

    made = adapt(optax.chain(optax.scale(2.0), optax.sgd(0.5)), {}, "mine.py:sgd")
    session = made.start([np.zeros(1)], {}, "float64")
    assert session.step([np.ones(1)]) == [-1.0]
    assert made.claim == "sgd"
    assert not made.capabilities.settable
    with pytest.raises(ValueError, match="ready made"):
        session.set("alpha", 1.0)
    with pytest.raises(NotATarget):
        adapt(optax.sgd, {"learning_rat": 0.5}, "optax:sgd")


@pytest.mark.parametrize("name", LISTS)
def test_every_target_of_a_list_exists_once(name):
    from optimspec.conformance.jobs import listed_jobs

    jobs = listed_jobs(name)
    assert len({job.title for job in jobs}) == len(jobs)
    pytest.importorskip(name, reason="the framework is not installed")
    for job in jobs:
        module, _, attribute = job.reference.partition(":")
        assert callable(getattr(importlib.import_module(module), attribute))


def test_a_framework_that_is_not_there_is_named_as_by_an_import():
    with pytest.raises(ModuleNotFoundError) as raised:
        required("no_such_framework")

    assert raised.value.name == "no_such_framework"


def test_who_cannot_be_tried_is_named_in_the_refusal(monkeypatch):
    """An adapter's module asks for its framework when it is imported, and imports none of it."""
    for name in ("optax_transformation", "keras_optimizer", "mlx_optimizer"):
        monkeypatch.delitem(sys.modules, f"optimspec.impls.adapters.{name}", raising=False)
    monkeypatch.setattr("optimspec.impls.adapters.optional.find_spec", {}.get)
    with pytest.raises(CannotLoad) as refused:
        load("math:pi")

    for name in ("optax", "keras", "mlx"):
        assert f"{name} (needs {name}, which is not installed)" in str(refused.value)


def test_subnormal_numbers_are_flushed_where_half_of_the_least_normal_one_is_zero():
    found = flushed_formats(lambda least, name: least / 2 if name == "bfloat16" else 0 * least)

    assert found == {"float64", "float32", "float16"}
