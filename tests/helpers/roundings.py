"""What rounding leaves between two sides that are equal, or ordered, as real numbers."""

from typing import Final

from optimspec.reference import FLOAT64

MOST: Final = 10
"""No side that is compared by this allowance takes more roundings."""


def slack(size):
    """What that many roundings in float64 of terms up to ``size`` can come to, elementwise."""
    return MOST * FLOAT64.unit_roundoff * size
