"""What can only be found out by trying."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from optimspec.conformance.protocol import FORMATS, Array, NotATarget, Session

PROBE: Final[Array] = np.ones((2, 2))
"""A parameter and its gradient; a matrix, because some optimizers take no other shape."""


_SMALLEST_NORMAL: Final = {
    "float64": 2.0**-1022,
    "float32": 2.0**-126,
    "bfloat16": 2.0**-126,
    "float16": 2.0**-14,
}


def flushed_formats(halved: Callable[[Array, str], Array]) -> frozenset[str]:
    """Name the formats in which half of the smallest normal number is zero.

    ``halved`` halves an array in the arithmetic of a format.
    """
    return frozenset(
        name for name, least in _SMALLEST_NORMAL.items() if not halved(np.array([least]), name)
    )


def formats_that_step(
    start: Callable[[str], Session], formats: Iterable[str] = FORMATS
) -> tuple[str, ...]:
    """Name the formats in which a session on :data:`PROBE` can make a step.

    Where none can, the widest is named, so that the first run meets the target's own error.
    """
    return tuple(name for name in formats if _steps(start, name)) or FORMATS[:1]


def _steps(start: Callable[[str], Session], format: str) -> bool:  # noqa: A002 - the protocol's word
    try:
        start(format).step([PROBE])
    except NotATarget:
        raise
    except (Exception, SystemExit):
        return False
    return True
