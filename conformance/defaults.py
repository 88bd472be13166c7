"""What a judgement is given where nobody says otherwise, for modules that import nothing slow."""

from __future__ import annotations

from typing import Final

SEED: Final = 0
"""The seed of a run that names none."""

SECONDS: Final = 600
"""How long the judgement of a target may take in a process of its own."""

MEBIBYTES: Final = 4096
"""Memory that it may take beyond its start, on Linux and on the CPU."""
