"""Scoring the suite itself: does it notice every mistake planted into an algorithm, and name it?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from optimspec.conformance.describe import matched
from optimspec.conformance.judge import judge
from optimspec.conformance.record import Record, Verdict
from optimspec.conformance.score_mutants import Planting, edited
from optimspec.conformance.score_record import (
    FaultOutcome,
    Figures,
    Group,
    Mutant,
    Named,
    Outcome,
)
from optimspec.conformance.specimen import Specimen
from optimspec.spec import ALGORITHMS, Algorithm, Kind, prove_equivalent


class Aim(NamedTuple):
    """Shares that the suite has to reach in one format; None where nothing is asked for."""

    format: str
    caught: float
    named: dict[Group, float]


AIMS: Final = (
    Aim("float64", 1.0, {Group.CATALOGUE: 0.95, Group.PAIR: 0.85}),
    Aim("float32", 0.95, {}),
)
"""In float64 nothing hides a formula. In float32 what lies beneath rounding cannot be seen."""


LONGEST: Final = 40
"""Steps of the longest case that mutants are judged on.

Longer ones take more than half of a judgement's time. They can convict more mutants, and acquit
none, so that what is missed with them is missed without.
"""


def judged(planting: Planting, formats: Sequence[str], seed: int) -> Mutant:
    """A mutant with the suite's verdicts, each format judged by itself."""
    base, grown = planting.base, planting.grown()
    return Mutant(
        algorithm=base.name,
        group=planting.group,
        edits=matched(base, grown, ()).edits,
        equivalent=list(prove_equivalent(base, grown) or ()),
        outcomes=[_outcome(planting, grown, name, seed) for name in formats],
    )


def _outcome(planting: Planting, grown: Algorithm, format: str, seed: int) -> Outcome:  # noqa: A002
    began = time.perf_counter()
    record = judge(
        Specimen(grown),
        planting.base,
        formats=[format],
        seed=seed,
        proofs=False,
        checks_settled=False,
        longest=LONGEST,
    )
    seconds = time.perf_counter() - began
    named, proof = _named(planting, grown, record)
    documented = all(edit.kind is not Kind.BUG for edit in grown.edits)
    is_right = named in (Named.PLANTED, Named.EQUIVALENT)
    return Outcome(
        format=format,
        verdict=record.verdict,
        summary=record.summary,
        diagnosis=[edit.id for edit in record.matched.edits] if record.matched else [],
        named=named,
        proof=list(proof),
        caught=record.verdict in (Verdict.NONCONFORMING, Verdict.IMPRECISE)
        or (record.verdict is Verdict.VARIANT and (documented or is_right)),
        seconds=round(seconds, 2),
    )


def _named(planting: Planting, grown: Algorithm, record: Record) -> tuple[Named, tuple[str, ...]]:
    """What the diagnosis is to what was planted, with the proof where it takes one."""
    if record.matched is None:
        return Named.NOTHING, ()
    found = [edit.id for edit in record.matched.edits]
    if sorted(found) == sorted(planting.edits):
        return Named.PLANTED, ()
    proof = prove_equivalent(grown, edited(ALGORITHMS[record.matched.algorithm], found))
    return (Named.EQUIVALENT, proof) if proof else (Named.OTHER, ())


def figures(mutants: Sequence[Mutant]) -> list[Figures]:
    """The figures of each format and group that occurs."""
    formats = dict.fromkeys(o.format for m in mutants for o in m.outcomes)
    groups = {m.group: [n for n in mutants if n.group is m.group] for m in mutants}
    return [_counted(name, group, of) for name in formats for group, of in groups.items()]


def _counted(format: str, group: Group, mutants: Sequence[Mutant]) -> Figures:  # noqa: A002
    others = [o for m in mutants if not m.equivalent for o in m.outcomes if o.format == format]
    return Figures(
        format=format,
        group=group,
        mutants=len(others),
        equivalent=sum(bool(m.equivalent) for m in mutants),
        caught=sum(o.caught for o in others),
        acquitted=sum(o.verdict is Verdict.CONFORMS for o in others),
        named=sum(o.is_right for o in others),
    )


def shortfalls(found: Iterable[Figures], faults: Iterable[FaultOutcome]) -> list[str]:
    """Which aims are missed, a sentence each."""
    rows = list(found)
    short = [s for aim in AIMS for s in _short_of(aim, [f for f in rows if f.format == aim.format])]
    unexpected = [f"{f.id} ({f.target})" for f in faults if not f.as_expected]
    if unexpected:
        named = ", ".join(unexpected)
        short.append(f"Every fault must fail its checks, and every false alarm conform: {named}.")
    return short


def _short_of(aim: Aim, rows: Sequence[Figures]) -> list[str]:
    said = []
    mutants, caught = sum(f.mutants for f in rows), sum(f.caught for f in rows)
    acquitted = sum(f.acquitted for f in rows)
    if acquitted:
        said.append(f"In {aim.format} no mutant may conform: {acquitted} do.")
    if caught < aim.caught * mutants:
        said.append(f"In {aim.format} {aim.caught:.0%} must be caught: {caught} of {mutants} are.")
    for row in rows:
        share = aim.named.get(row.group, 0.0)
        if row.named < share * row.mutants:
            said.append(
                f"In {aim.format} {share:.0%} of group {row.group} must be named: {row.named} of "
                f"{row.mutants} are."
            )
    return said
