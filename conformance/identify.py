"""Identification: which edits of an algorithm explain what a target does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from optimspec.conformance.allowance import Loss
from optimspec.conformance.bench import Bench
from optimspec.conformance.explains import explained, explains
from optimspec.conformance.fit import fitted
from optimspec.conformance.promised import promised, switched
from optimspec.conformance.screen import Screen
from optimspec.conformance.tell_apart import tell_apart
from optimspec.spec import EDITS, Algorithm, Edit, Kind, SpecError, combinable, mutations_of

MOST_EDITS: Final = 3
"""The largest combination of edits that is tried, beside what a target's options say."""

MOST_EDITS_IMPRECISE: Final = 2
"""The same where precision is lost too, which makes many more of them fit."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a target computes.

    Attributes
    ----------
    algorithm
        The claimed algorithm with the fewest edits that explain the target: documented edits
        before fitted numbers, these before unheard-of slips, and variants before bugs.
    others
        Those with as many edits that explain it equally on all that was run, inputs sought to
        tell them apart included.
    loss
        The loss of precision with which it explains the target, or None.
    tried
        How many inputs were tried to tell it from the others.
    """

    algorithm: Algorithm
    others: tuple[Algorithm, ...]
    loss: Loss | None
    tried: int = 0


_NARROW: Final = Loss("bfloat16", False, "with intermediate values in bfloat16", inside=True)
"""For what multiplies matrices: with the momentum and the parameters in their own formats."""


def losses(finest: str) -> tuple[Loss, ...]:
    """The losses to think of where no formula fits to within the finest format's rounding."""
    if finest == "float64":
        return (
            Loss("float32", False, "to the accuracy of float32"),
            Loss("float32", True, "to the accuracy of float32, its scalars included"),
            _NARROW,
        )
    coarse = Loss(finest, True, f"with scalars computed in {finest}")
    return (coarse, _NARROW) if finest == "float32" else (coarse,)


def identify(bench: Bench, bases: Iterable[Algorithm]) -> Identified | None:
    """Find the edits of one of ``bases`` that explain the target.

    Every curated case in the finest format must lie within the error limit; where nothing does,
    then with a loss of precision and fewer edits, or what the options say. A base with a
    hyperparameter that the target has not cannot be what it computes.
    """
    bases = _possible(bench, tuple(bases))
    screen = Screen(bench)
    for candidates in _stages(bench, bases, screen):
        found = [c for forms in candidates for c in _first_explaining(bench, screen, forms)]
        left, tried = tell_apart(bench, found, explained)
        if left:
            first, *others = sorted(left, key=_blame)
            return Identified(first, tuple(others), None, tried)
    for loss in losses(bench.finest):
        screen = Screen(bench, loss.format)
        apt = [base for base in bases if base.multiplies_matrices or not loss.inside]
        for size in range(MOST_EDITS_IMPRECISE + 1):
            combined = (c for base in apt for c in _combined(bench, base, size, at_once=1))
            found = [c for c in combined if screen.passes(c) and explains(bench, c, loss)]
            if found:
                first, *others = sorted(found, key=_blame)
                return Identified(first, tuple(others), loss)
    return None


def _possible(bench: Bench, bases: Sequence[Algorithm]) -> tuple[Algorithm, ...]:
    """The bases for whose hyperparameters the target has values.

    Of several, one with an option that is off, such as weight decay of zero, is another one.
    """
    settings = bench.settings
    optional = {h.name for edit in EDITS.values() for h in edit.hyperparameters}
    off = {name for name in optional if len(bases) > 1 and not settings.get(name)}
    return tuple(
        base
        for base in bases
        if base.defaults.keys() <= settings.keys()
        and not off & base.defaults.keys()
        and base.needs_matrices <= bench.claimed.needs_matrices
    )


def _first_explaining(
    bench: Bench, screen: Screen, forms: Iterable[Algorithm]
) -> Iterator[Algorithm]:
    """The first of several forms of one candidate that explains the target, if any does."""
    return islice((c for c in forms if screen.passes(c) and explains(bench, c)), 1)


Forms = Iterable[Algorithm]
"""A candidate: one algorithm, or several that differ in how a fitted number is written."""


def _stages(bench: Bench, bases: Sequence[Algorithm], screen: Screen) -> Iterator[Iterator[Forms]]:
    """Candidates, likeliest first; those of one stage explain a target equally well."""
    for size in range(MOST_EDITS + 1):
        tried = bases if size < 2 else _likely(bench, bases)
        yield ((c,) for base in tried for c in _combined(bench, base, size))
        if size:
            yield (c for base in tried for c in _fitted(bench, base, size - 1, screen))
        if 0 < size < MOST_EDITS:
            yield ((c,) for base in tried for c in _slipped(bench, base, size - 1))


def _likely(bench: Bench, bases: Sequence[Algorithm]) -> list[Algorithm]:
    """The bases whose hyperparameters are those that the target has and does not leave off.

    Combinations are many, so that with several bases only these are combined; if none has exactly
    the target's hyperparameters, those that come nearest.
    """
    own = {name for name, value in bench.target.hyperparameters.items() if value}
    unlike = [len(base.defaults.keys() ^ own) for base in bases]
    return [base for base, n in zip(bases, unlike, strict=True) if n == min(unlike)]


def _fitted(bench: Bench, base: Algorithm, size: int, screen: Screen) -> Iterator[Forms]:
    """Every edit of ``base`` by ``size`` known edits and one fitted number."""
    for edited in combinations(base, _edits(bench, base), size):
        yield from fitted(edited, screen.excerpts(edited), bench.settable)


def _slipped(bench: Bench, base: Algorithm, size: int) -> Iterator[Algorithm]:
    """Every edit of ``base`` by one systematic mutation and ``size`` known edits."""
    for mutation in mutations_of(base):
        yield from combinations(base.edited(mutation), _edits(bench, base), size)


def _blame(algorithm: Algorithm) -> tuple[int, int]:
    """Fewer bugs first, then fewer equations."""
    return sum(edit.kind is Kind.BUG for edit in algorithm.edits), len(algorithm.equations)


def combinations(base: Algorithm, edits: Sequence[Edit], size: int) -> Iterator[Algorithm]:
    """Every edit of ``base`` by ``size`` of ``edits``, in their order, that applies."""
    if not size:
        yield base
        return
    for at, edit in enumerate(edits):
        try:
            edited = edit.apply(base)
        except SpecError:
            continue
        yield from combinations(edited, edits[at + 1 :], size - 1)


def _combined(bench: Bench, base: Algorithm, size: int, at_once: int = 2) -> Iterator[Algorithm]:
    """Every edit of ``base`` by ``size`` known edits.

    Among those of the size ``at_once`` is all that the target's options say, however many edits
    that takes; among larger ones that with one more edit.
    """
    known = _edits(bench, base)
    yield from combinations(base, known, size)
    for said in promised(bench.target, base) if size >= at_once else ():
        if size == at_once:
            yield said
            continue
        for edit in known:
            if edit not in said.edits:
                yield from switched(base, said, edit)


def _edits(bench: Bench, base: Algorithm) -> list[Edit]:
    """The known edits of ``base`` for whose hyperparameters the target has nonzero values."""
    settings = bench.settings
    return [e for e in combinable(base) if all(settings.get(h.name) for h in e.hyperparameters)]
