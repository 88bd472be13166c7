"""The mutants by which the suite is scored: which there are, and how each is made."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from sympy import Rational

from optimspec.conformance.score_record import Group
from optimspec.spec import (
    ALGORITHMS,
    EDITS,
    Algorithm,
    Edit,
    SpecError,
    UnknownName,
    combinable,
    edits_of,
    mutations_of,
)
from optimspec.spec.fits import fits_of


class Planting(NamedTuple):
    """Edits to be planted into an algorithm, all by name, so that processes can exchange it."""

    algorithm: str
    group: Group
    edits: tuple[str, ...]

    @property
    def base(self) -> Algorithm:
        """The algorithm without the edits."""
        return ALGORITHMS[self.algorithm]

    def grown(self) -> Algorithm:
        """The algorithm with the edits."""
        return edited(self.base, self.edits)


def edited(base: Algorithm, names: Iterable[str]) -> Algorithm:
    """``base`` with the named edits, in this order: the catalogue's, mutations, fitted numbers.

    Raises
    ------
    UnknownName
        If there is no such edit.
    EditDoesNotApply
        If one finds nothing to change.
    """
    return base.edited(*(_edit(base, name) for name in names))


def _edit(base: Algorithm, name: str) -> Edit:
    for edit in (*EDITS.values(), *mutations_of(base)):
        if edit.id == name:
            return edit
    family, _, number = name.partition(":")
    for fit in fits_of(base):
        if fit.id == family:
            return fit.at(Rational(number))
    raise UnknownName(f"There is no edit or mutation of {base.title} called {name!r}.")


def known(base: Algorithm) -> list[Planting]:
    """Every edit of the catalogue, with the option it needs if any."""
    return [
        Planting(base.name, Group.CATALOGUE, (option.id, edit.id) if option else (edit.id,))
        for edit, option in combinable(base).items()
    ]


def mutated(base: Algorithm) -> list[Planting]:
    """Every systematic mutation."""
    return [Planting(base.name, Group.MUTATION, (edit.id,)) for edit in mutations_of(base)]


def pairs(base: Algorithm) -> list[Planting]:
    """Every two edits of the catalogue that can be made together."""
    return [
        Planting(base.name, Group.PAIR, (one.id, other.id))
        for one, other in combinations(edits_of(base), 2)
        if _combine(base, one, other)
    ]


def _combine(base: Algorithm, one: Edit, other: Edit) -> bool:
    try:
        base.edited(one, other)
    except SpecError:
        return False
    return True


def sample(plantings: Sequence[Planting], number: int | None, seed: int) -> list[Planting]:
    """So many of ``plantings``, drawn at random and in their order; None, or too many, for all."""
    most = len(plantings) if number is None else min(number, len(plantings))
    chosen = random.Random(seed).sample(range(len(plantings)), most)
    return [plantings[at] for at in sorted(chosen)]
