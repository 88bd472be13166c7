"""Finding what the modules of a folder define: nothing has to be registered."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules(package: str) -> Iterator[ModuleType]:
    """Every module directly in a package, in the order of their names."""
    path = import_module(package).__path__
    for found in sorted(pkgutil.iter_modules(path), key=lambda each: each.name):
        yield import_module(f"{package}.{found.name}")


def defined(package: str, kind: type[T]) -> Iterator[T]:
    """Every object of that kind at the top level of a module directly in ``package``, once.

    ``kind`` must be hashable.
    """
    values = (value for module in modules(package) for value in vars(module).values())
    yield from dict.fromkeys(value for value in values if isinstance(value, kind))
