"""Does the target keep the contract of its framework?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.rule import Rule
from optimspec.conformance.observe import describe
from optimspec.conformance.reckoned import bounds
from optimspec.conformance.record import CheckResult, Status
from optimspec.reference import Array, Experiment, error_limit


def clauses() -> list[Rule]:
    """Every clause that :func:`contract` tries; raises ImportError without torch."""
    from optimspec.conformance.checks.torch_contract import CLAUSES

    return [Rule(clause.id, clause.title, clause.cites) for clause in CLAUSES]


def contract(bench: Bench) -> Iterator[CheckResult]:
    """The clauses of the framework's optimizer contract, each tried on its own."""
    if bench.target.capabilities.contract != "torch":
        return
    from optimspec.conformance.checks.torch_contract import (
        CLAUSES,
        NotApplicable,
        TorchBench,
    )

    if not bench.repeats:
        yield Rule("contract", "The clauses of torch's contract are kept.", "").skipped(
            "Runs of equal inputs differ, so that no clause can be told to be broken."
        )
        return
    algorithm = bench.matched or bench.claimed
    torch_bench = TorchBench.of(bench.target, bench.finest, _tolerance(bench), algorithm)
    for clause in CLAUSES:
        rule = Rule(clause.id, clause.title, clause.cites)
        if clause.slow and not bench.long:
            yield rule.skipped(f"{clause.slow} Ask for it with --long.")
            continue
        try:
            found = clause.test(torch_bench)
        except NotApplicable as reason:
            yield rule.skipped(str(reason))
        except (Exception, SystemExit) as error:
            yield rule.result(Status.FAIL, describe(error))
        else:
            status = Status.FAIL if found else Status.PASS
            yield rule.result(status, found or "Kept.")


def _tolerance(bench: Bench) -> Callable[[Sequence[Array], Sequence[Sequence[Array]]], list[Array]]:
    """What two runs of one target may differ by: the rounding of both."""
    algorithm = bench.matched or bench.claimed

    def tolerance(theta0: Sequence[Array], gradients: Sequence[Sequence[Array]]) -> list[Array]:
        experiment = Experiment(
            tuple(theta0), tuple(tuple(row) for row in gradients), bench.settings, bench.finest
        )
        allowed = bounds(algorithm, experiment)
        return [2 * error_limit(algorithm) * bound["theta"][-1] for bound in allowed]

    return tolerance
