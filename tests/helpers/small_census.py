"""A census of three imagined packages, with a row for every verdict."""

from functools import cache

from optimspec.conformance.census_record import (
    Census,
    Finding,
    Formula,
    Missing,
    Package,
    Relation,
    Row,
)
from optimspec.conformance.describe import matched, settings, specification
from optimspec.conformance.record import (
    CheckResult,
    Counterexample,
    Departure,
    Environment,
    Status,
    Verdict,
)
from optimspec.spec import ALGORITHMS, EDITS

SNIPPET = "import beta_learn  # <script>\nbeta_learn.Adam().step()\n"
FINDING = Finding(
    kind="formula",
    says="The <decay> is applied twice.",
    file="beta_learn/adam.py",
    line=12,
    code="p -= lr * wd * p  # <b>",
)
BROKEN = CheckResult(
    id="contract.closure",
    title="step(closure) returns the closure's loss.",
    cites="Optimizer.step",
    status=Status.FAIL,
    measure=None,
    limit=None,
    message="The closure was called 0 times.",
    counterexample=Counterexample(
        case="gaussian", format="float64", step=2, parameter=0, element=3, variable="theta",
        got=-0.125, expected=-0.5, error=0.375, bound=1e-19, snippet=SNIPPET,
    ),
)  # fmt: skip
DEPARTURE = Departure(
    variable="m", case="gaussian", format="float64", step=1, parameter=0, element=0, got=1.5,
    expected=2.5, error=1.0, bound=1e-19,
)  # fmt: skip


@cache
def formula(key: str) -> Formula:
    """The formula of that key."""
    name, *ids = key.split("+")
    claimed = ALGORITHMS[name]
    found = matched(claimed, claimed.edited(*(EDITS[each] for each in ids)), [])
    return Formula(algorithm=name, edits=found.edits, equations=found.equations)


def row(package: str, target: str, spec: str, verdict: Verdict, **more: object) -> Row:
    """A row that computes ``spec`` with its own defaults; ``used`` and the others override."""
    used = {h.name: float(h.value) for h in ALGORITHMS[spec].hyperparameters}
    used |= more.pop("used", {})
    fields = {
        "package": package, "target": target, "reference": target.partition("(")[0],
        "arguments": {}, "through": "", "spec": spec, "verdict": verdict,
        "summary": f"{target} was judged.", "formula": spec, "others": [],
        "settings": settings(ALGORITHMS[spec], used),
        "error_constants": {"float64": 0.86, "float32": 0.79}, "error_limit": 8.0,
        "departures": [], "failed": [], "counts": {"pass": 60}, "findings": [],
        "unconfirmed": "", "seconds": 4.0,
    }  # fmt: skip
    return Row.model_validate(fields | more)


def census(*rows: Row, **more: object) -> Census:
    """A census of these rows, or of eight; ``more`` overrides its fields."""
    rows = rows or eight()
    keys = {row.formula for row in rows if row.formula}
    names = {row.spec for row in rows}
    versions = {"alpha-optim": "1.0", "beta-learn": "2.1", "gamma": "0.3rc1"}
    fields = {
        "made": "2026-01-02",
        "formats": ["float64", "float32"],
        "seed": 0,
        "packages": [
            Package(
                name=name, version=version, url=f"https://example.org/{name}", environment="one"
            )
            for name, version in versions.items()
        ],
        "rows": rows,
        "formulas": {key: formula(key) for key in sorted(keys)},
        "specifications": {
            name: specification(ALGORITHMS[name], proofs=False) for name in sorted(names)
        },
        "relations": [
            Relation(one="adam", other="adam+eps-hat", when={"epsilon": 0}, proof=["Both are x."])
        ],
        "environments": {
            "one": Environment(versions={"python": "3.11.4"}, platform="Linux", seed=0)
        },
        "missing": [Missing(name="delta", environment="one", why="It needs a GPU.")],
    }
    return Census.model_validate(fields | more)


def eight() -> list[Row]:
    """Eight rows."""
    adam = "alpha_optim:Adam"
    return [
        row("alpha-optim", adam, "adam", Verdict.CONFORMS),
        row("alpha-optim", f"{adam}(eps_hat=True)", "adam", Verdict.VARIANT,
            formula="adam+eps-hat", arguments={"eps_hat": True, "mode": "a b"}),
        row("alpha-optim", "alpha_optim:SGD", "sgd", Verdict.CONFORMS),
        row("alpha-optim", "alpha_optim:Lion", "lion", Verdict.IMPRECISE,
            error_constants={"float64": 0.5, "float32": 30.0},
            unconfirmed="nobody has confirmed it in the source"),
        row("beta-learn", "beta_learn:Adam", "adam", Verdict.VARIANT,
            formula="adam+eps-hat", used={"epsilon": 1e-7}),
        row("beta-learn", "beta_learn:AdamTwice", "adam", Verdict.NONCONFORMING, formula=None,
            departures=[DEPARTURE], failed=[BROKEN], findings=[FINDING],
            through="optimspec.impls.census.glue.beta:Twice"),
        row("beta-learn", "beta_learn:SGD", "sgd", Verdict.CONFORMS, used={"alpha": None}),
        row("gamma", "gamma:Adam", "adam", Verdict.ERROR, formula=None, settings=[],
            error_constants={}, error_limit=None, counts={}),
    ]  # fmt: skip
