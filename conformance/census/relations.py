"""Formulas that are one optimizer for certain settings: Adam's epsilons all agree where it is 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

import sympy

from optimspec.conformance.census_record import Census, Relation
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, SpecError
from optimspec.spec.edit import substituted
from optimspec.spec.equivalence import prove_equivalent
from optimspec.spec.symbols import alpha

_NEVER: Final = frozenset({alpha.name})
"""With a learning rate of zero nothing moves, which all optimizers have in common."""


def with_relations(census: Census) -> Census:
    """The census with what is proved of the formulas of its rows."""
    return census.model_copy(update={"relations": relations(census.formulas)})


def relations(keys: Iterable[str]) -> list[Relation]:
    """What is proved of each two formulas of one algorithm, given by their keys.

    One hyperparameter at a time is set to zero, where its domain has it.
    """
    known = {key: made for key in sorted(keys) if (made := _algorithm(key))}
    return [
        found
        for (one, first), (other, second) in combinations(known.items(), 2)
        if first.name == second.name
        for found in _between(one, first, other, second)
    ]


def _between(one: str, first: Algorithm, other: str, second: Algorithm) -> Iterator[Relation]:
    if proof := prove_equivalent(first, second, constant_settings=True):
        yield Relation(one=one, other=other, when={}, proof=list(proof))
        return
    for name in _settable(first, second):
        try:
            both = _zeroed(first, name), _zeroed(second, name)
        except SpecError:  # it would divide by zero
            continue
        if proof := prove_equivalent(*both, constant_settings=True):
            yield Relation(one=one, other=other, when={name: 0.0}, proof=list(proof))


def _settable(first: Algorithm, second: Algorithm) -> list[str]:
    """The hyperparameters of either that may be zero."""
    both = {h.name: h for h in (*first.hyperparameters, *second.hyperparameters)}
    return [name for name, h in both.items() if h.domain.contains(0) and name not in _NEVER]


def _zeroed(algorithm: Algorithm, name: str) -> Algorithm:
    """The algorithm with zero for a hyperparameter, if it has that."""
    symbol = next((h.symbol for h in algorithm.hyperparameters if h.name == name), None)
    if symbol is None:
        return algorithm
    zero = sympy.Integer(0)
    return replace(
        algorithm,
        hyperparameters=tuple(h for h in algorithm.hyperparameters if h.name != name),
        state=tuple(replace(s, start=s.start.subs(symbol, zero)) for s in algorithm.state),
        equations=tuple(substituted(e, symbol, zero) for e in algorithm.equations),
        step_bound=None,
    )


def _algorithm(key: str) -> Algorithm | None:
    """The formula of that key; None if an edit of it is not in the catalogue, or does not apply."""
    name, *ids = key.split("+")
    if not EDITS.keys() >= set(ids):
        return None
    try:
        return ALGORITHMS[name].edited(*(EDITS[each] for each in ids))
    except SpecError:
        return None
