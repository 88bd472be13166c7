"""What code calls the specifications' hyperparameters, state and algorithms, for adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from optimspec.spec import ALGORITHMS, EDITS, Algorithm, Edit, Hyperparameter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hyperparameter is kept: under a key, or at an index of the tuple under it."""

    key: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """What code calls a hyperparameter.

    Parameters
    ----------
    keys
        Its names, likeliest first.
    value
        What it is given where a keyword for it has no default: the paper's value, or 0 for what
        an option adds, which is off unless somebody asks for it.
    pair
        Where it is kept if it comes together with others.
    """

    keys: tuple[str, ...]
    value: float
    pair: Place | None


_OPTIONAL: Final = {
    h.name: h for edit in EDITS.values() if edit.option for h in edit.hyperparameters
}


def _spelling(h: Hyperparameter, *, is_off: bool) -> Spelling:
    value = 0.0 if is_off else float(h.value)
    return Spelling(h.keys or (h.name,), value, Place(*h.pair) if h.pair else None)


@lru_cache(maxsize=64)
def spellings(claim: str | None) -> Mapping[str, Spelling]:
    """What the hyperparameters are called, by spec name.

    Those of the algorithm called ``claim`` come first, then those that options add, then those of
    all others, of which a third or later member of a tuple is left out.
    """
    own = {h.name: h for h in ALGORITHMS[claim or "adam"].hyperparameters}
    other = (h for a in ALGORITHMS.values() for h in a.hyperparameters)
    found = own | {name: h for name, h in _OPTIONAL.items() if name not in own}
    for h in other:
        if h.pair is None or h.pair[1] < 2:
            found.setdefault(h.name, h)
    off = _OPTIONAL.keys() - own.keys()
    return {name: _spelling(h, is_off=name in off) for name, h in found.items()}


_OWNERS: Final[tuple[Algorithm | Edit, ...]] = (*ALGORITHMS.values(), *EDITS.values())
_STATE: Final = tuple(kept for owner in _OWNERS for kept in owner.state)

STATE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    variable.name: tuple(
        dict.fromkeys(
            key
            for kept in _STATE
            if kept.variable == variable
            for key in (*kept.keys, variable.name)
        )
    )
    for variable in dict.fromkeys(kept.variable for kept in _STATE)
}
"""What each state variable is called, likeliest first."""

_SQUARE: Final = {kept.variable.name: kept for kept in _STATE if kept.matrix is not None}


def state_shape(variable: str, parameter: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a state variable, from that of its parameter."""
    return _SQUARE[variable].shape(parameter) if variable in _SQUARE else parameter


CLASS_NAMES: Final[Mapping[str, str]] = {
    name.lower(): algorithm.name
    for algorithm in ALGORITHMS.values()
    for name in (algorithm.name.replace("-", ""), *algorithm.names)
}
"""The names, in lower case and without hyphens, of classes that claim an algorithm."""


def titled(name: str, arguments: Mapping[str, object]) -> str:
    """``name`` with the arguments that a user gave, unless it has them."""
    if not arguments or "(" in name:
        return name
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
