"""Numbers as exact text, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import prod
from typing import Final

import numpy as np

from optimspec.conformance.visible import excerpt, one_line
from optimspec.reference import Array, Format


class NotUsable(Exception):  # noqa: N818 - the name says the mistake
    """A file of vectors or answers cannot be used; the message says why, and the remedy."""


_HEX: Final = re.compile(r"[+-]?0x[0-9a-f]+(\.[0-9a-f]*)?(p[+-]?\d{1,9})?", re.IGNORECASE)
_DECIMAL: Final = re.compile(
    r"[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)", re.IGNORECASE
)
_PAYLOAD: Final = re.compile(r"(?<=nan)\(\w*\)$", re.IGNORECASE)
"""What C may write after a NaN, as in "-nan(ind)"."""

_MOST: Final = 120
"""Characters of a file that are quoted."""


def text(number: float) -> str:
    """A number in C's hexadecimal form, as short as it is exact: ``0x1.8p+1``."""
    return re.sub(r"\.?0*p", "p", float(number).hex())


def texts(values: Array) -> list[str]:
    """The elements of a tensor, rows one after the other."""
    return [text(x) for x in values.ravel().tolist()]


def quoted(found: object) -> str:
    """Something from a file, fit for one line of a message."""
    return one_line(excerpt(repr(found), _MOST))


def tensor(items: Iterable[object], shape: tuple[int, ...], into: Format, place: str) -> Array:
    """The tensor of these numbers, each exact in a format.

    What is written in decimal is rounded to the format, hexadecimal numbers must be in it.

    Parameters
    ----------
    place
        Where the numbers are, for a message.

    Raises
    ------
    NotUsable
        If one is no number, or not one of the format, or there are too many or too few.
    """
    listed = list(items)
    size = prod(shape)  # exact, as NumPy's is not
    if len(listed) != size:
        raise NotUsable(
            f"A tensor of shape {list(shape)} has {size} numbers: {place} has {len(listed)}. "
            "Write its elements in one list, rows one after the other."
        )
    values = np.array([number(item, place) for item in listed], dtype=np.float64)
    rounded = np.asarray(into.round(values))
    for item, value, kept in zip(listed, values, rounded, strict=True):
        if _is_hex(item) and value != kept:
            raise NotUsable(
                f"A number in hexadecimal must be one of {into.name}: {place} has {quoted(item)}. "
                "Print the number that is kept, not one of a wider format."
            )
    return rounded.reshape(shape)


def _is_hex(item: object) -> bool:
    return isinstance(item, str) and bool(_HEX.fullmatch(item))


def number(item: object, place: str) -> float:
    """The number that stands in a file; raises NotUsable, which names its ``place``."""
    try:
        if isinstance(item, str):
            item = _PAYLOAD.sub("", item)
        if isinstance(item, str) and _HEX.fullmatch(item):
            return float.fromhex(item)
        if isinstance(item, str) and _DECIMAL.fullmatch(item):
            return float(item)
        if isinstance(item, int | float) and not isinstance(item, bool):
            return float(item)
    except OverflowError:
        pass
    raise NotUsable(
        f"Vectors and answers are made of numbers: {place} has {quoted(item)}. Write 1.5, "
        '"0x1.8p+0", "inf", "-inf" or "nan".'
    )
