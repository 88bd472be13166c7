"""How results weigh up to a verdict; what the results are is tested where they are made."""

import pytest

from optimspec.conformance.allowance import Loss
from optimspec.conformance.identify import Identified
from optimspec.conformance.record import CheckResult, Status
from optimspec.conformance.verdict import conclude
from optimspec.spec import ALGORITHMS, EDITS

ADAM, ADAMW = ALGORITHMS["adam"], ALGORITHMS["adamw"]
EPS_HAT = ADAM.edited(EDITS["eps-hat"])


def result(id, status=Status.FAIL, measure=None):
    return CheckResult(
        id=id, title="A rule.", cites="", status=status, measure=measure, limit=8.0, message=""
    )


SINGLE = Loss("float32", False, "to the accuracy of float32")
PRECISE = result("precision.float64", Status.PASS, 1.25)
COARSE = result("precision.float64", Status.FAIL, 1e6)
MISSED = [result("formula"), result("step-bound"), result("invariant.sign")]


def concluded(bench, specimen, algorithm, *results, others=(), loss=None, failure=""):
    identified = algorithm and Identified(algorithm, others, loss)
    return conclude(bench(specimen()), identified, results, (), failure)


@pytest.mark.parametrize(
    ("algorithm", "results", "verdict", "reason"),
    [
        (ADAM, [PRECISE], "conforms", "It computes Adam; it rounds within the bound (float64 k"),
        (ADAM, [result("contract.closure", Status.SKIP)], "conforms", "It computes Adam;"),
        (EPS_HAT, [PRECISE, result("formula")], "variant", "in the variant eps-hat; it rounds"),
        (EPS_HAT, [COARSE], "nonconforming", "but departs from it on inputs that a search found."),
        (EPS_HAT, [result("step-bound")], "nonconforming", "fails step-bound."),
        (ADAM, [COARSE], "imprecise", "It computes Adam, but k = 1e+06 in float64, over the limit"),
        (ADAM, [COARSE, result("runs")], "nonconforming", "It computes Adam, but fails runs."),
        (ADAM, [result("runs")], "nonconforming", "rounds within the bound, but fails runs."),
        (ADAM, [result("formula")], "nonconforming", "but departs from it on inputs that a search"),
        (ADAM.edited(EDITS["eps-missing"]), [], "nonconforming", "It computes Adam with eps-missi"),
        (None, [result("formula")], "nonconforming", "It does not compute Adam, and nothing"),
    ],
)
def test_verdict_and_reason(bench, specimen, algorithm, results, verdict, reason):
    said = concluded(bench, specimen, algorithm, *results)

    assert said[0] == verdict
    assert reason in said[1]


def test_what_never_ran_is_an_error(bench, specimen):
    said = concluded(bench, specimen, None, failure="OSError: no")

    assert said == ("error", "It does not run: OSError: no")


def test_a_loss_of_accuracy_is_said_once(bench, specimen):
    """What misses the bounds of float64 for the same reason is no other mistake."""
    verdict, reason = concluded(bench, specimen, ADAM, COARSE, *MISSED, loss=SINGLE)

    assert verdict == "imprecise"
    assert reason.startswith("It computes Adam to the accuracy of float32, but k = 1e+06")


@pytest.mark.parametrize(
    ("lost", "format", "verdict"),
    [("float32", "float16", "nonconforming"), ("float32", "bfloat16", "nonconforming"),
     ("bfloat16", "bfloat16", "nonconforming"), ("bfloat16", "float16", "imprecise")],
)  # fmt: skip
def test_a_loss_of_accuracy_says_nothing_of_narrower_formats(
    bench, specimen, lost, format, verdict
):
    defect = result(f"low-precision.zero-gradient.{format}")
    loss = Loss(lost, False, f"to the accuracy of {lost}")

    assert concluded(bench, specimen, ADAM, COARSE, defect, loss=loss)[0] == verdict


def test_a_loss_of_accuracy_excuses_no_broken_contract(bench, specimen):
    broken = result("contract.closure")

    assert concluded(bench, specimen, ADAM, COARSE, broken, loss=SINGLE)[0] == ("nonconforming")


@pytest.mark.parametrize(
    ("others", "names"),
    [((ADAMW,), "AdamW"), ((ADAMW, EPS_HAT), "AdamW; eps-hat")],
)
def test_what_cannot_be_told_apart_is_said(bench, specimen, others, names):
    _, reason = concluded(bench, specimen, ADAM, others=others)

    assert reason.endswith(f" On these inputs it cannot be told from: {names}.")
