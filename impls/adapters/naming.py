"""What libraries call the hyperparameters, and which specification a name lays claim to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, SupportsFloat


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hyperparameter is kept: under a key, or at an index of the pair under it."""

    key: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """What libraries call a hyperparameter.

    Parameters
    ----------
    keys
        Its names in code, likeliest first.
    value
        What it is given where a keyword for it has no default.
    pair
        Where it is kept if it comes together with another.
    """

    keys: tuple[str, ...]
    value: float
    pair: Place | None = None


SPELLINGS: Final[Mapping[str, Spelling]] = {
    "alpha": Spelling(("lr", "learning_rate", "alpha"), 1e-3),
    "beta1": Spelling(("beta1", "b1"), 0.9, Place("betas", 0)),
    "beta2": Spelling(("beta2", "b2"), 0.999, Place("betas", 1)),
    "epsilon": Spelling(("eps", "epsilon"), 1e-8),
    "lambda": Spelling(("weight_decay",), 0.0),
    "mu": Spelling(("momentum", "mu"), 0.9),
    "tau": Spelling(("dampening",), 0.0),
}
"""By spec name; RMSprop's ``alpha`` is no step size, so ``lr`` comes first. Values are those of
arXiv:1412.6980v9, Algorithm 1, the usual momentum, no dampening and no weight decay."""

VALUES: Final[Mapping[str, float]] = {name: each.value for name, each in SPELLINGS.items()}
"""What hyperparameters are given where their keyword has no default."""

PARAMETER_LISTS: Final = ("params", "parameters")
"""What the first argument is called that takes the tensors to update."""

SELECTORS: Final = ("foreach", "fused")
"""Options of torch's that select an implementation; None leaves the choice to it."""

STATE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "m": ("exp_avg", "m"),
    "v": ("exp_avg_sq", "v"),
    "v_max": ("max_exp_avg_sq",),
    "b": ("momentum_buffer", "b"),
}
"""What each state variable of the specifications is called in code."""


_ADAM: Final = r"(?:(?<![A-Z])Adam|(?<![A-Za-z])(?:adam|ADAM))"
"""The word Adam; a letter before or after it names another optimizer."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SGD: Final = frozenset({"sgd", "momentum"})
_NESTEROV: Final = frozenset({"nesterov", "nag"})
_OTHERS: Final = frozenset({"sign", "adam", "nadam"})
"""Words beside which those above name another optimizer: ``SignSGD``."""


def places(keys: Iterable[str]) -> dict[str, Place]:
    """Where each hyperparameter is, by spec name, among the given keys."""
    known = frozenset(keys)
    found: dict[str, Place] = {}
    for name, spelling in SPELLINGS.items():
        if spelling.pair is not None and spelling.pair.key in known:
            found[name] = spelling.pair
        else:
            found.update((name, Place(key)) for key in reversed(spelling.keys) if key in known)
    return found


def read(values: Mapping[str, object], where: Mapping[str, Place]) -> dict[str, float]:
    """Take the numbers at those places, by spec name; what is no number is left out."""
    numbers: dict[str, float] = {}
    for name, place in where.items():
        value = values.get(place.key)
        if place.index is not None:
            value = value[place.index] if isinstance(value, (list, tuple)) else None
        if isinstance(value, SupportsFloat):
            numbers[name] = float(value)
    return numbers


def claim(
    name: str,
    values: Mapping[str, float] | None = None,
    options: Mapping[str, object] | None = None,
) -> str | None:
    """Name the specification that a class or function of this name seems to implement.

    ``MyAdam`` and ``adam_step`` are Adam; ``NAdam``, ``Adamax`` and ``AdamP`` are neither Adam
    nor AdamW. What an ``SGD`` is depends on its momentum.

    Parameters
    ----------
    name
        The name.
    values
        The hyperparameters in effect, by spec name.
    options
        The keywords in effect, by their own names.
    """
    if re.search(rf"{_ADAM}[Ww](?![a-z])", name):
        return "adamw"
    if re.search(rf"{_ADAM}(?![a-z]|[A-Z](?![a-z]))", name):
        return "adam"
    words = frozenset(word.lower() for word in _WORD.findall(name))
    if words & _OTHERS:
        return None
    if words & _NESTEROV or (words & _SGD and (options or {}).get("nesterov")):
        return "nesterov"
    if "momentum" in words or (words & _SGD and (values or {}).get("mu")):
        return "momentum"
    return "sgd" if words & _SGD else None
