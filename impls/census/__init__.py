"""What the census judges: a list for each environment, and glue for what no adapter takes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LISTS: Final = tuple(sorted((Path(__file__).parent / "lists").glob("*.toml")))
"""The files of the lists; `optimspec.conformance.census.declared` says what they hold."""
