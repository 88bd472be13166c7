"""What shipped implementations fail, clause by clause; `tox -e validate` asks for all verdicts."""

import pytest

from optimspec.conformance.checks.contract import contract
from optimspec.conformance.checks.formula import formula
from optimspec.conformance.jobs import OWN, listed_jobs, run_job
from optimspec.conformance.load import load
from optimspec.conformance.record import Status
from optimspec.spec import ALGORITHMS

BAD_STRIDES = {"contract.strides", "contract.strided-view", "contract.expanded"}


def broken(bench, check, reference, format, **arguments):
    """Ids of the rules of ``check`` that a target breaks in one format."""
    target = load(reference, arguments)
    made = bench(target, ALGORITHMS[target.claim])
    made.matched, made.formats = made.claimed, (format,)
    return {result.id for result in check(made) if result.status is Status.FAIL}


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_fused_kernels_break_the_clauses_on_strides_only(bench, name):
    assert broken(bench, contract, f"torch.optim:{name}", "float64", fused=True) == BAD_STRIDES


def test_fused_sgd_needs_all_first_gradients_at_once(bench):
    failed = broken(bench, contract, "torch.optim:SGD", "float64", momentum=0.9, fused=True)

    assert failed >= {"contract.grad-none", *BAD_STRIDES}


def test_fused_sgd_leaves_narrow_parameters_as_they_are(bench):
    """Whole vectors of them are not written: k is no matter of rounding."""
    assert broken(bench, formula, "torch.optim:SGD", "bfloat16", momentum=0.9, fused=True)


@pytest.mark.parametrize(
    ("name", "error"), [("blog_class:AdamAsPrinted", "NameError"),
                        ("blog_function:adam_as_printed", "IndexError")]
)  # fmt: skip
def test_what_never_ran_as_printed_is_told_with_its_error(name, error):
    (job,) = (j for j in listed_jobs(OWN) if j.reference == f"optimspec.impls.{name}")
    record = run_job(job, formats=["float64"], seed=0, progress=lambda _: None).record

    assert record.summary.startswith(f"It does not run: {error}: ")
