"""Where a module's code stands, without running it."""

from __future__ import annotations

import sys
from pathlib import Path


def source(module: str) -> Path | None:
    """The file of a module, found part by part as an import finds it, but without importing it.

    None where there is none. Finders may raise ImportError or ValueError.
    """
    where, name, found = None, "", None
    for part in module.split("."):
        name = f"{name}.{part}".lstrip(".")
        specs = (finder.find_spec(name, where) for finder in sys.meta_path)
        found = next(filter(None, specs), None)
        if found is None:
            return None
        where = found.submodule_search_locations or []
    return Path(found.origin) if found and found.origin and found.has_location else None
