"""The shipped implementations get the verdicts they must get."""

from functools import cache

import pytest

from optimspec.conformance.jobs import OWN, listed_jobs, run_job
from optimspec.conformance.record import Status

JOBS = listed_jobs(OWN)


def named(job):
    return f"{job.reference}{dict(job.arguments)}"


BY_NAME = {named(job): job for job in JOBS}
FUSED = [name for name in BY_NAME if "'fused': True" in name and "Adam" in name]
FUSED_SGD = "torch.optim:SGD{'momentum': 0.9, 'fused': True}"


@cache
def outcome(name):
    return run_job(
        BY_NAME[name], formats=["float64"], seed=0, proofs=False, progress=lambda _: None
    )


def edits(record):
    return [edit.id for edit in record.matched.edits]


PLAIN = ("adan", "ademamix", "schedule_free", "prodigy", "sign", "trust", "adaptive")
"""Modules of naive implementations, of which `tox -e validate` requires that they conform."""


@pytest.mark.parametrize("name", [n for n in BY_NAME if not n.startswith(tuple(
    f"optimspec.impls.naive_{module}" for module in PLAIN))])  # fmt: skip
def test_verdict_and_edits_are_as_expected(name):
    assert (outcome(name).problem, outcome(name).surprise) == ("", "")


@pytest.mark.parametrize("name", FUSED)
def test_fused_kernels_break_the_two_clauses_on_strides_only(name):
    failed = {r.id for r in outcome(name).record.checks if r.status is Status.FAIL}

    assert failed == {"contract.strides", "contract.strided-view"}


def test_fused_sgd_needs_all_first_gradients_at_once():
    failed = {r.id for r in outcome(FUSED_SGD).record.checks if r.status is Status.FAIL}

    assert failed >= {"contract.grad-none", "contract.strides", "contract.strided-view"}


def test_fused_sgd_leaves_narrow_parameters_as_they_are():
    """Whole vectors of them are not written: k is no matter of rounding."""
    record = run_job(
        BY_NAME[FUSED_SGD], formats=["bfloat16"], seed=0, proofs=False, progress=lambda _: None
    ).record

    assert record.verdict == "nonconforming"
    assert {r.status for r in record.checks if r.id == "formula"} == {Status.FAIL}


def test_nesterovs_momentum_in_its_shifted_form_is_acquitted():
    """It was reported as momentum applied twice; only where the step size stands can differ."""
    shifted, inside = (
        outcome(f"optimspec.impls.shifted_nesterov:{name}{{}}").record
        for name in ("ShiftedNesterov", "VelocityNesterov")
    )

    assert (shifted.verdict, edits(shifted)) == ("conforms", [])
    assert (inside.verdict, edits(inside)) == ("variant", ["lr-inside-velocity"])


def test_labmls_optimized_update_is_eps_hat():
    record = outcome("optimspec.impls.optimized_update:Adam{'optimized_update': True}").record

    assert (record.verdict, record.matched.variant) == ("variant", "eps-hat")


def test_the_tutorials_class_makes_three_mistakes():
    record = outcome("optimspec.impls.blog_class:AdamRepaired{}").record

    assert edits(record) == [
        "first-moment-without-history",
        "second-moment-without-history",
        "eps-inside-root",
    ]


@pytest.mark.parametrize(
    ("name", "error"), [("blog_class:AdamAsPrinted", "NameError"),
                        ("blog_function:adam_as_printed", "IndexError")]
)  # fmt: skip
def test_what_never_ran_as_printed_is_told_with_its_error(name, error):
    record = outcome(f"optimspec.impls.{name}{{}}").record

    assert record.summary.startswith(f"It does not run: {error}: ")


def test_large_values_that_cancel_are_no_loss_of_precision():
    """In the case scales, steps of 1e29 come and go; what is left of them is rounding."""
    record = outcome("torch.optim:SGD{'foreach': False, 'fused': False}").record

    assert record.verdict == "conforms"
    assert "accuracy of" not in record.summary
