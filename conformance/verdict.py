"""From check results to a verdict and the sentence that gives its reason."""

from __future__ import annotations

from collections.abc import Sequence

from optimspec.conformance import describe
from optimspec.conformance.bench import Bench
from optimspec.conformance.identify import MOST_EDITS, Identified
from optimspec.conformance.record import CheckResult, Status, Verdict
from optimspec.spec import Kind


def conclude(
    bench: Bench,
    identified: Identified | None,
    results: Sequence[CheckResult],
    failure: str,
) -> tuple[Verdict, str]:
    """The verdict and its reason in one or two sentences."""
    title = bench.claimed.title
    if failure:
        return Verdict.ERROR, f"It does not run: {failure}"
    unfinished = [result for result in results if result.status is Status.ERROR]
    if unfinished:
        return Verdict.ERROR, f"{unfinished[0].id} could not be decided: {unfinished[0].message}"
    if identified is None:
        claim = title if bench.is_claimed else "any of the algorithms in the catalogue"
        return Verdict.NONCONFORMING, (
            f"It does not compute {claim}, and nothing explains what it computes: no combination "
            f"of up to {MOST_EDITS} known edits, no number fitted beside up to {MOST_EDITS - 1} of "
            f"them, no slip in an equation.{_first(bench)}"
        )
    edits = identified.algorithm.edits
    named = ", ".join(e.id for e in edits)
    others = _others(identified)
    if any(edit.kind is Kind.BUG for edit in edits):
        return Verdict.NONCONFORMING, f"It computes {title} with {named}.{others}"
    coarse = identified.loss is not None
    broken = [
        r for r in results if r.status is Status.FAIL and not _excused(r, bool(edits), coarse)
    ]
    computes = f"It computes {title}" + (f" in the variant {named}" if edits else "")
    computes += f" {identified.loss.said}" if identified.loss else ""
    rounding = [r for r in broken if r.id.startswith("precision.")]
    if bench.astray:
        formats = ", ".join(bench.astray)
        return Verdict.NONCONFORMING, (
            f"{computes} in {bench.finest}, but in {formats} most values go elsewhere."
        )
    if len(broken) > len(rounding):
        rules = ", ".join(r.id for r in broken if r not in rounding)
        and_rounds = "" if rounding else " and rounds within the bound"
        return Verdict.NONCONFORMING, f"{computes}{and_rounds}, but fails {rules}."
    if rounding:
        worst = ", ".join(f"k = {r.measure:.3g} in {r.id.split('.')[1]}" for r in rounding)
        return (
            Verdict.IMPRECISE,
            f"{computes}, but {worst}, over the limit of {rounding[0].limit:g}.",
        )
    k = _constants(results)
    verdict = Verdict.VARIANT if edits else Verdict.CONFORMS
    return verdict, f"{computes}; it rounds within the bound ({k}).{others}"


def _excused(result: CheckResult, is_variant: bool, is_coarse: bool) -> bool:
    """Whether something else says what a failure says.

    A variant departs from the claimed formula by definition. What is right to the accuracy of a
    narrower format misses every rule that allows for the parameters' rounding only; that is a
    matter of precision.
    """
    measured = result.id in ("formula", "step-bound") or result.id.startswith("invariant.")
    return (is_variant and result.id == "formula") or (is_coarse and measured)


def _others(identified: Identified) -> str:
    if not identified.others:
        return ""
    also = "; ".join(", ".join(e.id for e in a.edits) or a.title for a in identified.others)
    sought = f", and on {identified.tried} sought to tell them apart," if identified.tried else ""
    return f" On these inputs{sought} it cannot be told from: {also}."


def _first(bench: Bench) -> str:
    """Where the target first departs from its claim."""
    departures = describe.departures(bench) if bench.is_claimed else []
    if not departures:
        return ""
    at = departures[0]
    return (
        f" {at.variable} departs first: at step {at.step} of case {at.case}, parameter "
        f"{at.parameter}, element {at.element}, it is {at.got:.9g} instead of {at.expected:.9g}."
    )


def _constants(results: Sequence[CheckResult]) -> str:
    return ", ".join(
        f"{r.id.removeprefix('precision.')} k = {r.measure:.2g}"
        for r in results
        if r.id.startswith("precision.") and r.measure is not None
    )
