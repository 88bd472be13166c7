"""Frameworks that need not be installed.

Their adapters import none of them: what they adapt was imported by whoever named it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec


def required(package: str) -> None:
    """Raise ModuleNotFoundError, as an import does, unless a package is installed."""
    if find_spec(package) is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)


def is_loaded(package: str) -> bool:
    """Whether anybody has imported a package: if not, nothing can be of its kind."""
    return package in sys.modules
