"""Records of five imagined judgements, one for each verdict."""

from collections.abc import Sequence

import pytest

from optimspec.conformance.record import (
    CheckResult,
    Counterexample,
    Environment,
    Matched,
    Record,
    Series,
    Status,
    Verdict,
)
from optimspec.conformance.specification_record import (
    ClaimRecord,
    EditRecord,
    EquationChange,
    EquationRecord,
    ProofStepRecord,
    Size,
    Specification,
)
from optimspec.spec import ALGORITHMS, EDITS, changes
from optimspec.spec.typeset import equation_latex, symbol

ADAM = ALGORITHMS["adam"]
LIMIT = 4.0
ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24, "bfloat16": 2.0**-8, "float16": 2.0**-11}
ENVIRONMENT = Environment(
    versions={"optimspec": "0.1.0", "torch": "2.9.0", "numpy": "2.3.4", "python": "3.13.0"},
    platform="Linux x86_64",
    seed=20141222,
)
CLAIM = ClaimRecord(
    id="moment-unrolls",
    statement="Unrolled, the second moment is a weighted sum of all squared gradients.",
    latex=r"v_{t} = \left(1 - \beta_{2}\right) \sum_{i=1}^{t} \beta_{2}^{t - i} g_{i}^{2}",
    source="Kingma & Ba, Adam, arXiv:1412.6980v9, equation (1)",
    url="https://arxiv.org/abs/1412.6980v9",
    outcome="proved",
    steps=[
        ProofStepRecord(
            text="At t = 1, with v_0 = 0:",
            latex=r"v_{1} = \left(1 - \beta_{2}\right) g_{1}^{2}",
        ),
        ProofStepRecord(
            text="Put the sum for t - 1 into the recurrence; it is the sum for t:",
            latex=r"\beta_{2} v_{t-1} + \left(1 - \beta_{2}\right) g_{t}^{2} = v_{t}",
        ),
    ],
)
REFUTED = ClaimRecord(
    id="step-at-most-alpha",
    statement="No step is longer than alpha.",
    latex=r"\left|{\theta_{t} - \theta_{t-1}}\right| \le \alpha",
    source="Folklore",
    url="",
    outcome="refuted",
    steps=[
        ProofStepRecord(
            text="For the default betas, gradients that grow as (beta1/beta2)^i exceed it:",
            latex=r"\left|{\Delta \theta_{5000}}\right| = 7.25 \, \alpha",
        )
    ],
)
SPECIFICATION = Specification(
    name=ADAM.name,
    title=ADAM.title,
    source=str(ADAM.source),
    url=ADAM.source.url,
    equations=[
        EquationRecord(
            variable=str(e.lhs), latex=equation_latex(e), meaning=e.meaning, place=e.place
        )
        for e in ADAM.equations
    ],
    claims=[CLAIM, REFUTED],
)
RULES = {
    "formula": ("Every step is the specified formula's to within the bound.", "Algorithm 1"),
    **{
        f"precision.{form}": (f"Errors in {form} stay within the limit.", "Algorithm 1, bound E")
        for form in ROUNDOFF
    },
    "step-bound": ("No step is longer than the theorem allows.", "Section 2.1"),
    "invariant.gradient-scale": ("At eps = 0 the gradient's scale is immaterial.", "Section 2.1"),
    "invariant.sign-symmetry": ("Turned gradients make turned steps.", "Algorithm 1"),
    "invariant.permutation": ("Elements do not affect each other.", "Algorithm 1"),
    "contract.closure": ("step(closure) returns the closure's loss.", "Optimizer.step"),
    "contract.state-dict": (
        "A saved and loaded optimizer goes on as if nothing had happened.",
        "Optimizer.load_state_dict",
    ),
    "contract.no-grad": ("A parameter without a gradient stays.", "Optimizer.step"),
}
"""Check id -> title, cites."""


def check(id: str, status: Status = Status.PASS, message: str = "", **more: object) -> CheckResult:
    """Return a result of the check ``id``."""
    title, cites = RULES.get(id, ("A rule.", "A clause"))
    fields = {"measure": None, "limit": None, "seconds": 0.25} | more
    return CheckResult.model_validate(
        {"id": id, "title": title, "cites": cites, "status": status, "message": message} | fields
    )


def checks(constants: dict[str, float], **others: CheckResult) -> list[CheckResult]:
    """Return results of all rules: precision by ``constants``, ``others`` by id; others pass."""
    results = []
    for rule in RULES:
        name = rule.replace("-", "_").replace(".", "__")
        form = rule.removeprefix("precision.")
        if name in others:
            results.append(others[name])
        elif form in constants:
            k = constants[form]
            status = Status.PASS if k <= LIMIT else Status.FAIL
            results.append(check(rule, status, f"k = {k} in {form}", measure=k, limit=LIMIT))
        elif form in ROUNDOFF:
            reason = f"The target does not accept {form}." if constants else "The formula differs."
            results.append(check(rule, Status.SKIP, reason))
        else:
            results.append(check(rule, Status.PASS, "Holds in 400 cases."))
    return results


def series(form: str, k: float, case: str, power: float, length: int = 200) -> Series:
    """Return an error that starts at zero and wavers below k times the bound."""
    steps = range(1, length + 1)
    bound = [ROUNDOFF[form] * 1e-3 * t**power for t in steps]
    wave = [0.4 + 0.6 * (7 * t % 11) / 10 for t in steps]
    error = [0.0, *(k * e * w for e, w in zip(bound, wave, strict=True))][:length]
    return Series(
        case=case, format=form, variable="theta", steps=list(steps), error=error, bound=bound
    )


def edits(*ids: str) -> list[EditRecord]:
    """Return the catalogue's edits of those ids, as a judgement would record them."""
    return [
        EditRecord(
            id=edit.id,
            kind=edit.kind.value,
            statement=edit.statement,
            effect=edit.effect,
            remedy=edit.remedy,
            links=list(edit.links),
            changes=[
                EquationChange(
                    variable=symbol(variable),
                    before=equation_latex(before) if before else None,
                    after=equation_latex(after) if after else None,
                )
                for variable, (before, after) in changes(ADAM, ADAM.edited(edit)).items()
            ],
            seen_in=edit.seen_in,
            sizes=[Size(epsilon=1e-8, steps=[1, 10], relative=[1.5e-6, 0.25])],
        )
        for edit in (EDITS[id] for id in ids)  # noqa: A001
    ]


def record(target: str, verdict: Verdict, summary: str, **more: object) -> Record:
    """Return a record of Adam's specification; ``more`` overrides its fields."""
    constants = more.pop("constants", {})
    assert isinstance(constants, dict)
    fields = {
        "target": target,
        "spec": "adam",
        "verdict": verdict,
        "summary": summary,
        "matched": Matched(algorithm="adam", variant=None, edits=[]),
        "error_constants": constants,
        "error_limit": LIMIT,
        "checks": checks(constants),
        "series": [
            series(form, k, case, power)
            for case, power in (("gaussian", 1.0), ("sparse", 0.5))
            for form, k in constants.items()
        ],
        "specification": SPECIFICATION,
        "environment": ENVIRONMENT,
        "seconds": 12.5,
    }
    return Record.model_validate(fields | more)


@pytest.fixture(scope="session")
def conforming() -> Record:
    """Give PyTorch's Adam, in order."""
    return record(
        "torch.optim:Adam",
        Verdict.CONFORMS,
        "Computes Adam as specified; the largest error constant is 1.21, in float16.",
        about="PyTorch's Adam, the single-tensor implementation.",
        constants={"float64": 1.02, "float32": 1.13, "bfloat16": 1.09, "float16": 1.21},
    )


@pytest.fixture(scope="session")
def variant() -> Record:
    """Give a documented variant, which accepts two formats."""
    return record(
        "tensorflow_style.py:Adam",
        Verdict.VARIANT,
        "Computes the documented variant eps-hat of Adam.",
        matched=Matched(algorithm="adam", variant="eps-hat", edits=edits("eps-hat")),
        constants={"float64": 1.31, "float32": 1.44},
    )


@pytest.fixture(scope="session")
def imprecise() -> Record:
    """Give the right formula with a bias correction that cancels in float32."""
    return record(
        "optax:adam",
        Verdict.IMPRECISE,
        "Computes Adam as specified, but k = 30.4 in float32 exceeds the limit 4: 1 - beta2^t is "
        "evaluated in float32 and cancels.",
        about="The adam transformation of optax.",
        constants={"float64": 1.1, "float32": 30.4},
    )


@pytest.fixture(scope="session")
def wrong() -> Record:
    """Give three known mistakes at once."""
    departure = Counterexample(
        case="gaussian",
        format="float64",
        step=2,
        parameter=0,
        element=3,
        variable="theta",
        got=-0.00012345678901234567,
        expected=-0.0019999123456789012,
        error=0.0018764555566665555,
        bound=2.7e-19,
        snippet="import torch\n\nfrom mine import MyAdam\n\n"
        "theta = torch.zeros(4, dtype=torch.float64, requires_grad=True)\n"
        "optimizer = MyAdam([theta], lr=1e-3)\n"
        "for grad in ([0.5, -1.25, 3.0, 0.0625], [0.25, 1.0, -2.0, 0.125]):\n"
        "    theta.grad = torch.tensor(grad, dtype=torch.float64)\n"
        "    optimizer.step()\n"
        "print(theta[3].item())  # expected -0.0019999123456789012\n",
    )
    found = checks(
        {},
        formula=check("formula", Status.FAIL, "theta departs at step 2 of the case gaussian.",
                      measure=6.9e15, limit=1.0, counterexample=departure),
        step_bound=check("step-bound", Status.FAIL, "The step is 10 times the bound at t = 1.",
                         measure=10.0, limit=1.0),
        contract__closure=check("contract.closure", Status.ERROR, "TypeError: step() takes 1 "
                                "positional argument but 2 were given"),
        contract__no_grad=check("contract.no-grad", Status.XFAIL, "The parameter moved, as it is "
                                "known to."),
    )  # fmt: skip
    return record(
        "mine.py:MyAdam",
        Verdict.NONCONFORMING,
        "Computes another formula: three known mistakes explain it to within the error bound.",
        matched=Matched(
            algorithm="adam",
            variant=None,
            edits=edits("first-moment-unscaled", "second-moment-not-corrected", "eps-missing"),
        ),
        checks=found,
    )


@pytest.fixture(scope="session")
def unjudged() -> Record:
    """Give a target that crashed before anything could be checked."""
    return record(
        "fused.cu:FusedAdam",
        Verdict.ERROR,
        "Could not be judged: the process ended with signal 11 in the first step.",
        matched=None,
        error_limit=None,
        checks=[],
    )


@pytest.fixture(scope="session")
def records(
    conforming: Record, variant: Record, imprecise: Record, wrong: Record, unjudged: Record
) -> Sequence[Record]:
    """Give one record of each verdict."""
    return [conforming, variant, imprecise, wrong, unjudged]
