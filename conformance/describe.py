"""Specifications and edits as parts of a record: formulas as LaTeX, sources, proofs."""

from __future__ import annotations

from functools import lru_cache

from optimspec.conformance.record import (
    ClaimRecord,
    EditRecord,
    EquationChange,
    EquationRecord,
    Matched,
    ProofStepRecord,
    Specification,
)
from optimspec.spec import Algorithm, Kind, changes, claims_of
from optimspec.spec.algorithm import Equation
from optimspec.spec.typeset import equation_latex


@lru_cache(maxsize=16)
def specification(algorithm: Algorithm, *, proofs: bool) -> Specification:
    """An algorithm with its equations and, if asked, its claims, each of them proved anew."""
    return Specification(
        name=algorithm.name,
        title=algorithm.title,
        source=str(algorithm.source),
        url=algorithm.source.url,
        equations=[
            EquationRecord(
                variable=e.lhs.name, latex=equation_latex(e), meaning=e.meaning, place=e.place
            )
            for e in algorithm.equations
        ],
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


def matched(claimed: Algorithm, algorithm: Algorithm) -> Matched:
    """What a target was found to compute; each edit with the equations it changes."""
    variants = [e.id for e in algorithm.edits if e.kind is Kind.VARIANT]
    records = []
    before = claimed
    for edit in algorithm.edits:
        after = edit.apply(before)
        records.append(
            EditRecord(
                id=edit.id,
                kind=edit.kind.value,
                statement=edit.statement,
                effect=edit.effect,
                remedy=edit.remedy,
                links=list(edit.links),
                changes=_changes(before, after),
            )
        )
        before = after
    return Matched(algorithm=algorithm.name, variant="+".join(variants) or None, edits=records)


def _shown(equation: Equation | None) -> str | None:
    return None if equation is None else equation_latex(equation)


def _changes(before: Algorithm, after: Algorithm) -> list[EquationChange]:
    return [
        EquationChange(variable=lhs.name, before=_shown(old), after=_shown(new))
        for lhs, (old, new) in changes(before, after).items()
    ]
