"""What a target's options say that it computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Final

from optimspec.conformance.protocol import Target, Toggles
from optimspec.spec import EDITS, Algorithm, Category, Edit, SpecError, options_of

SPELLINGS: Final = {
    "decoupled_weight_decay": "weight_decay",
    "adam_w_mode": "weight_decay",
    "correct_bias": "bias_correction",
    "debias": "bias_correction",
    "use_nesterov": "nesterov",
}
"""Flags that libraries call otherwise than the catalogue does, or that concern another option."""


def promised(target: Target, base: Algorithm) -> Iterator[Algorithm]:
    """``base`` with every choice of what the target's options may mean, however many they are.

    A number that is not zero is on; of a flag nobody knows which of its values is the usual one,
    so that each may mean something or nothing.
    """
    flags = target.flags if isinstance(target, Toggles) else {}
    named = {SPELLINGS.get(flag, flag) for flag in flags}
    values = target.hyperparameters
    meanings: dict[str, list[Edit]] = {}
    for edit in options_of(base):
        needs = [values.get(h.name) for h in edit.hyperparameters]
        if all(needs) if needs else edit.option in named:
            meanings.setdefault(edit.option, []).append(edit)
    for choice in product(*((None, *edits) for edits in meanings.values())):
        chosen = {edit for edit in choice if edit}
        with suppress(SpecError):
            yield base.edited(*(edit for edit in EDITS.values() if edit in chosen))


def switched(plain: Algorithm, algorithm: Algorithm, edit: Edit) -> Iterator[Algorithm]:
    """``algorithm`` with one more edit, or without it, all in the order in which they combine.

    ``plain`` is it without any. Nothing, if the other edits leave no place for it.
    """
    chosen = {e.id for e in algorithm.edits} ^ {edit.id}
    own = [e for e in algorithm.edits if e.id not in EDITS]
    slips = [e for e in own if e.category is Category.FORMULA]
    known = [e for e in EDITS.values() if e.id in chosen]
    numbers = [e for e in own if e not in slips]
    with suppress(SpecError):
        yield plain.edited(*slips, *known, *numbers)
