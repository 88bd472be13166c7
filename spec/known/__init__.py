"""The catalogue of variants and known bugs: every entry that a module in this folder defines.

A module holds one entry, or a few of one category. Nothing has to be registered.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from optimspec.spec.entry import Category, Entry


def defined() -> Iterator[Entry]:
    """Every entry at the top level of a module in this folder."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Entry):
                yield value


ENTRIES: Final[tuple[Entry, ...]] = tuple(
    sorted(dict.fromkeys(defined()), key=lambda entry: list(Category).index(entry.category))
)
"""All entries, those of a category together: edits are combined in this order."""
