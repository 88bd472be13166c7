"""From check results to a verdict and the sentence that gives its reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimspec.conformance.allowance import Loss
from optimspec.conformance.bench import Bench
from optimspec.conformance.identify import MOST_EDITS, Identified
from optimspec.conformance.record import CheckResult, Departure, Status, Verdict
from optimspec.reference import FLOAT32, FORMATS
from optimspec.spec import Kind


def settles(identified: Identified | None) -> bool:
    """Whether what a target computes gives the verdict by itself, whatever checks may find."""
    return identified is None or any(e.kind is Kind.BUG for e in identified.algorithm.edits)


def conclude(
    bench: Bench,
    identified: Identified | None,
    results: Sequence[CheckResult],
    departures: Sequence[Departure],
    failure: str,
) -> tuple[Verdict, str]:
    """The verdict and its reason in one or two sentences.

    Parameters
    ----------
    identified
        What the target computes, or None where nothing explains it.
    departures
        Where what nothing explains departs from the claim, the first first.
    failure
        What the target raises where no case of several steps runs, or "".
    """
    if failure:
        return Verdict.ERROR, f"It does not run: {failure}"
    if identified is None:
        return Verdict.NONCONFORMING, _unexplained(bench, departures)
    if settles(identified):
        named = ", ".join(e.id for e in identified.algorithm.edits)
        return Verdict.NONCONFORMING, (
            f"It computes {bench.claimed.title} with {named}.{_others(identified)}"
            f"{_never_finite(bench)}"
        )
    unfinished = [result for result in results if result.status is Status.ERROR]
    if unfinished:
        return Verdict.ERROR, f"{unfinished[0].id} could not be decided: {unfinished[0].message}"
    return _of_the_formula(bench, identified, results)


def _unexplained(bench: Bench, departures: Sequence[Departure]) -> str:
    known = "any of the algorithms in the catalogue"
    return (
        f"It does not compute {bench.claimed.title if bench.is_claimed else known}, and nothing "
        f"explains what it computes: no combination of up to {MOST_EDITS} known edits, nothing "
        f"that its options say, no number fitted beside up to {MOST_EDITS - 1} edits, no slip in "
        f"an equation.{_first(departures)}"
    )


def _of_the_formula(
    bench: Bench, identified: Identified, results: Sequence[CheckResult]
) -> tuple[Verdict, str]:
    """The verdict on what computes the formula, or a variant of it."""
    edits, loss = identified.algorithm.edits, identified.loss
    broken = [r for r in results if r.status is Status.FAIL and not _excused(r, bool(edits), loss)]
    computes = f"It computes {bench.claimed.title}"
    computes += f" in the variant {', '.join(e.id for e in edits)}" if edits else ""
    computes += f" {loss.said}" if loss else ""
    rounding = [r for r in broken if r.id.startswith("precision.")]
    if bench.astray:
        formats = ", ".join(bench.astray)
        return Verdict.NONCONFORMING, (
            f"{computes} in {bench.finest}, but in {formats} most values go elsewhere."
        )
    where = f"precision.{bench.finest}" if edits and not loss else "formula"
    is_searched = any(r.id == where for r in broken)
    if len(broken) > len(rounding) or is_searched:
        return Verdict.NONCONFORMING, f"{computes}{_but(broken, rounding, is_searched)}."
    if rounding:
        worst = ", ".join(f"k = {r.measure:.3g} in {r.id.split('.')[1]}" for r in rounding)
        return (
            Verdict.IMPRECISE,
            f"{computes}, but {worst}, over the limit of {rounding[0].limit:g}.",
        )
    verdict = Verdict.VARIANT if edits else Verdict.CONFORMS
    flushed = [f for f in bench.formats if f in bench.target.capabilities.flushed]
    narrow = FORMATS[bench.finest].precision < FLOAT32.precision
    alone = f" Formulas are hard to tell apart in {bench.finest} alone." if narrow else ""
    return verdict, (
        f"{computes}; it rounds within the bound ({_constants(results)}).{_others(identified)}"
        f"{alone}{_flushed(flushed)}"
    )


def _but(broken: Sequence[CheckResult], rounding: Sequence[CheckResult], is_searched: bool) -> str:
    """What is wrong with what computes the formula on the curated cases.

    That it does there, in the finest format, is how it was identified; what departs there
    nevertheless was found by a search.
    """
    rules = [r.id for r in broken if r not in rounding and r.id != "formula"]
    fails = f", and fails {', '.join(rules)}" if rules else ""
    if is_searched:
        return f" on the curated cases, but departs from it on inputs that a search found{fails}"
    return f"{'' if rounding else ' and rounds within the bound'}, but fails {', '.join(rules)}"


def _excused(result: CheckResult, is_variant: bool, loss: Loss | None) -> bool:
    """Whether something else says what a failure says.

    A variant departs from the claimed formula by definition. What is right to the accuracy of a
    narrower format misses every rule that allows for the parameters' rounding only; that is a
    matter of precision. In formats no wider than that one it says nothing.
    """
    if loss is None:
        return is_variant and result.id == "formula"
    family, *members = result.id.split(".")
    if family == "low-precision":
        return FORMATS[members[-1]].precision > FORMATS[loss.format].precision
    return family in ("formula", "step-bound", "invariant")


def _flushed(formats: Sequence[str]) -> str:
    if not formats:
        return ""
    return (
        f" Its arithmetic takes subnormal numbers for zero in {', '.join(formats)}, and the bounds "
        "allow for it."
    )


def _others(identified: Identified) -> str:
    if not identified.others:
        return ""
    also = "; ".join(", ".join(e.id for e in a.edits) or a.title for a in identified.others)
    sought = f", and on {identified.tried} sought to tell them apart," if identified.tried else ""
    return f" On these inputs{sought} it cannot be told from: {also}."


def _never_finite(bench: Bench) -> str:
    """A caution where every value is NaN or infinite: any undefined formula gives these."""
    if any(np.isfinite(x).any() for run in bench.finished for x in run.values("theta")):
        return ""
    return " It never gives a finite value, so that any other undefined formula fits as well."


def _first(departures: Sequence[Departure]) -> str:
    """Where the target first departs from its claim."""
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
