"""What libraries call the hyperparameters, and which specification a name lays claim to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, SupportsFloat

from optimspec.conformance.names import CLASS_NAMES, Place, spellings

PARAMETER_LISTS: Final = ("params", "parameters")
"""What the first argument is called that takes the tensors to update."""

GRADIENT_LISTS: Final = ("grads", "gradients", "updates")
"""What an argument is called that takes the gradients of all parameters."""

GRADIENTS: Final = frozenset({*GRADIENT_LISTS, "grad", "gradient", "g", "dw", "dx"})
"""What an argument is called that takes gradients, or one."""

SELECTORS: Final = ("foreach", "fused")
"""Options of torch's that select an implementation; None leaves the choice to it."""

_ADAM: Final = r"(?:(?<![A-Z])Adam|(?<![A-Za-z])(?:adam|ADAM))"
"""The word Adam; a letter before or after it names another optimizer."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SGD: Final = frozenset({"sgd", "momentum"})
_NESTEROV: Final = frozenset({"nesterov", "nag"})
_OTHERS: Final = frozenset({"sign", "adam", "nadam"})
_WORDED: Final = frozenset({"adam", "adamw", "sgd", "momentum", "nesterov"})
"""Words beside which those above name another optimizer: ``SignSGD``."""


def places(keys: Iterable[str], claim: str | None = None) -> dict[str, Place]:
    """Where each hyperparameter is, by spec name, among the given keys.

    No key is taken for two of them; those of the specification ``claim`` choose first.
    """
    known = list(keys)
    found: dict[str, Place] = {}
    taken: set[str] = set()
    shared: set[str] = set()
    for name, spelling in spellings(claim).items():
        pair = spelling.pair
        if pair is not None and pair.key in known and pair.key not in taken:
            found[name] = pair
            shared.add(pair.key)
            continue
        free = (key for key in spelling.keys if key in known and key not in taken | shared)
        if (key := next(free, None)) is not None:
            found[name] = Place(key)
            taken.add(key)
    return found


def read(values: Mapping[str, object], where: Mapping[str, Place]) -> dict[str, float]:
    """Take the numbers at those places, by spec name; what is no number is left out."""
    numbers: dict[str, float] = {}
    for name, place in where.items():
        value = values.get(place.key)
        if place.index is not None:
            values_there = value if isinstance(value, (list, tuple)) else ()
            value = values_there[place.index] if place.index < len(values_there) else None
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
    nor AdamW. What an ``SGD`` is depends on its momentum, and Adam with ``nesterov`` is Nadam.

    Parameters
    ----------
    name
        The name.
    values
        The hyperparameters in effect, by spec name.
    options
        The keywords in effect, by their own names.
    """
    for word in sorted(CLASS_NAMES, key=len, reverse=True):
        if CLASS_NAMES[word] not in _WORDED and _names(name, word):
            return CLASS_NAMES[word]
    if re.search(rf"{_ADAM}[Ww](?![a-z])", name):
        return "adamw"
    if re.search(rf"{_ADAM}(?![a-z]|[A-Z](?![a-z]))", name):
        return "nadam" if (options or {}).get("nesterov") else "adam"
    words = frozenset(word.lower() for word in _WORD.findall(name))
    if words & _OTHERS:
        return None
    if words & _NESTEROV or (words & _SGD and (options or {}).get("nesterov")):
        return "nesterov"
    if "momentum" in words or (words & _SGD and (values or {}).get("mu")):
        return "momentum"
    return "sgd" if words & _SGD else None


def _names(name: str, word: str) -> bool:
    """Whether ``word`` stands in ``name`` by itself, in any case, or hyphenated."""
    for found in re.finditer("[_-]?".join(word), name, re.IGNORECASE):
        before, after = name[: found.start()][-1:], name[found.end() :][:1]
        begins = not before.isalpha() or (before.islower() and found[0][0].isupper())
        if begins and not after.islower():
            return True
    return False
