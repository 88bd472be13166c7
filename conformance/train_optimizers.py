"""The optimizers of a comparison: specifications and implementations, as a user writes them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from optimspec.conformance.load import CannotLoad, load
from optimspec.conformance.protocol import Target
from optimspec.conformance.specimen import Specimen
from optimspec.spec import ALGORITHMS, EDITS, Algorithm, SpecError, UnknownName, algorithm

LECTURE: Final = (
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw"
)  # fmt: skip
"""What is compared if nothing is named: the family as it is taught, oldest first."""


@dataclass(frozen=True)
class Competitor:
    """An optimizer of a comparison.

    Attributes
    ----------
    label
        What the user wrote.
    algorithm
        The specification that it is, or by its name claims to be; None if that cannot be told.
    hyper
        Hyperparameters that were given, by spec name.
    seeks_alpha
        Whether its step size is to be chosen.
    is_specification
        Whether it is the specification itself, not an implementation that claims to be.
    """

    label: str
    target: Target
    algorithm: Algorithm | None
    hyper: Mapping[str, float] = field(default_factory=dict)
    seeks_alpha: bool = False
    is_specification: bool = False


def competitor(text: str) -> Competitor:
    """The optimizer that ``NAME,KEY=VALUE,...`` names.

    ``NAME`` is a specification, edits joined to it by ``+``, or a target as ``load`` takes it.

    Raises
    ------
    CannotLoad
        If there is no such optimizer, or it does not take those hyperparameters.
    """
    name, _, rest = text.partition(",")
    given = _keywords(text, rest)
    if ":" in name:
        target = load(name, given)
        fixed = "alpha" not in target.capabilities.settable
        return Competitor(text, target, ALGORITHMS.get(target.claim or ""), seeks_alpha=not fixed)
    base, *ids = name.split("+")
    try:
        specified = algorithm(base)
        for edit in ids:
            if edit not in EDITS:
                raise UnknownName(f"There is no variant or bug called {edit!r} that is an edit.")
            specified = specified.edited(EDITS[edit])
    except SpecError as problem:
        raise CannotLoad(
            f"{problem} An optimizer is a specification (`optimspec list specs`), or a target "
            f"written package.module:Name or path/to/file.py:Name."
        ) from problem
    hyper = _hyperparameters(specified, given, text)
    seeks = "alpha" in specified.defaults and "alpha" not in hyper
    specimen = Specimen(specified, format="float64")
    return Competitor(text, specimen, specified, hyper, seeks, is_specification=True)


def _keywords(text: str, rest: str) -> dict[str, object]:
    try:
        (call,) = ast.parse(f"f({rest})", mode="single").body
        assert isinstance(call, ast.Expr)
        assert isinstance(call.value, ast.Call)
        assert isinstance(call.value.func, ast.Name)
        assert not call.value.args
        return {str(k.arg): ast.literal_eval(k.value) for k in call.value.keywords}
    except (SyntaxError, ValueError, AssertionError) as error:
        raise CannotLoad(
            f"An optimizer is written NAME or NAME,KEY=VALUE,... with Python literals; found "
            f"{text!r}. Write for example adam,lr=0.01 or torch.optim:SGD,lr=0.1,momentum=0.9."
        ) from error


def _hyperparameters(
    specified: Algorithm, given: Mapping[str, object], text: str
) -> dict[str, float]:
    """What was given, by spec name; a tuple is spread over those that libraries keep in it."""
    found: dict[str, float] = {}
    left = dict(given)
    for h in specified.hyperparameters:
        for key in (h.name, *h.keys):
            if key in left:
                found[h.name] = _number(left.pop(key), text)
        if h.pair and h.pair[0] in given:
            values = given[h.pair[0]]
            if isinstance(values, tuple) and h.pair[1] < len(values):
                found[h.name] = _number(values[h.pair[1]], text)
                left.pop(h.pair[0], None)
    if left:
        known = ", ".join(h.keys[0] if h.keys else h.name for h in specified.hyperparameters)
        raise CannotLoad(
            f"A hyperparameter must be one of {specified.title}'s, which are {known}; found "
            f"{next(iter(left))!r} in {text!r}."
        )
    return found


def _number(value: object, text: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise CannotLoad(f"A hyperparameter must be a number; found {value!r} in {text!r}.")
    return float(value)
