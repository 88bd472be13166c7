"""Specifications and edits as parts of a record: formulas as LaTeX, sources, proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from optimspec.conformance.bench import Bench
from optimspec.conformance.discrepancy import discrepancy
from optimspec.conformance.explain_record import SHOWN_STEPS
from optimspec.conformance.record import Departure, Matched
from optimspec.conformance.specification_record import (
    ClaimRecord,
    EditRecord,
    EquationChange,
    EquationRecord,
    ProofStepRecord,
    Setting,
    Size,
    Specification,
)
from optimspec.spec import EDITS, Algorithm, Edit, Kind, changes, claims_of
from optimspec.spec.plaintext import equation_text
from optimspec.spec.symbols import theta
from optimspec.spec.typeset import equation_latex, latex


@lru_cache(maxsize=64)
def specification(algorithm: Algorithm, *, proofs: bool) -> Specification:
    """An algorithm with its equations and, if asked, its claims, each of them proved anew."""
    return Specification(
        name=algorithm.name,
        title=algorithm.title,
        source=str(algorithm.source),
        url=algorithm.source.url,
        equations=_equations(algorithm),
        claims=[
            ClaimRecord(
                id=claim.id,
                statement=claim.statement,
                latex=claim.latex,
                source=str(claim.source),
                url=claim.source.url,
                outcome=claim.outcome,
                steps=[ProofStepRecord(text=s.text, latex=s.latex) for s in claim.steps],
            )
            for claim in (claims_of(algorithm) if proofs else ())
        ],
    )


def _equations(algorithm: Algorithm) -> list[EquationRecord]:
    return [
        EquationRecord(
            variable=e.lhs.name, latex=equation_latex(e), meaning=e.meaning, place=e.place
        )
        for e in algorithm.equations
    ]


def settings(algorithm: Algorithm, used: Mapping[str, float]) -> list[Setting]:
    """The hyperparameters of an algorithm, with the values in effect by spec name."""
    return [
        Setting(name=h.name, latex=latex(h.symbol), paper=float(h.value), used=used.get(h.name))
        for h in algorithm.hyperparameters
    ]


def matched(claimed: Algorithm, algorithm: Algorithm, others: Sequence[Algorithm]) -> Matched:
    """What a target was found to compute; each edit with the equations it changes."""
    variants = [e.id for e in algorithm.edits if e.kind is not Kind.BUG]
    records = []
    before = claimed
    for edit in algorithm.edits:
        after = edit.apply(before)
        records.append(_edit(edit, before, after))
        before = after
    return Matched(
        algorithm=algorithm.name,
        variant="+".join(variants) or None,
        edits=records,
        equations=_equations(algorithm),
        others=[[edit.id for edit in other.edits] for other in others],
    )


def _edit(edit: Edit, before: Algorithm, after: Algorithm) -> EditRecord:
    return EditRecord(
        id=edit.id,
        kind=edit.kind.value,
        statement=edit.statement,
        effect=edit.effect,
        remedy=edit.remedy,
        links=list(edit.links),
        changes=_changes(before, after),
        seen_in=edit.seen_in,
        sizes=_sizes(before, after, is_known=edit.id in EDITS),
    )


@lru_cache(maxsize=64)
def _sizes(before: Algorithm, after: Algorithm, *, is_known: bool) -> list[Size]:
    """The size of an edit's effect for the usual epsilon, and for the one that shows most of it.

    The catalogue states the first of its own edits.
    """
    rows = discrepancy(before, after, title=before.title).rows
    usual, most = rows[0], max(rows, key=lambda row: row[1][0])
    shown = ([] if is_known else [usual]) + ([] if most is usual else [most])
    return [
        Size(epsilon=epsilon, steps=list(SHOWN_STEPS), relative=relative)
        for epsilon, relative in shown
    ]


def departures(bench: Bench) -> list[Departure]:
    """The first departure of each variable from the claim, the first to depart first.

    Of the cases in which a variable departs, one where it does so earliest is taken.
    """
    kept = {s.variable for s in bench.claimed.state} | {theta}
    names = [e.lhs.name for e in bench.claimed.equations if e.lhs in kept]
    found = [found for name in names if (found := _departure(bench, name))]
    return sorted(found, key=lambda departure: departure.step)


def _departure(bench: Bench, variable: str) -> Departure | None:
    found = []
    for case, comparison in bench.comparisons(bench.claimed, bench.finest, variable):
        if comparison.first is not None:
            at = comparison.first
            found.append(
                Departure(
                    variable=variable, case=case.id, format=bench.finest, step=at.step,
                    parameter=at.parameter, element=at.element, got=at.got,
                    expected=at.expected, error=at.error, bound=at.bound,
                )
            )  # fmt: skip
    return min(found, key=lambda departure: departure.step, default=None)


def _changes(before: Algorithm, after: Algorithm) -> list[EquationChange]:
    return [
        EquationChange(
            variable=lhs.name,
            before=old and equation_latex(old),
            after=new and equation_latex(new),
            before_text=old and equation_text(old),
            after_text=new and equation_text(new),
        )
        for lhs, (old, new) in changes(before, after).items()
    ]
