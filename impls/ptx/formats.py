"""The types of PTX, as types of NumPy."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""A value for each thread, or one for all of them: shape (threads,) or (1,)."""

_SIGNS: Final = {"b": "u", "u": "u", "s": "i"}

NUMPY: Final[dict[str, np.dtype[Any]]] = {
    f"{sign}{width}": np.dtype(f"{numpy}{width // 8}")
    for sign, numpy in _SIGNS.items()
    for width in (8, 16, 32, 64)
} | {"f32": np.dtype("f4"), "pred": np.dtype(np.bool_)}
"""What a type of an instruction or a register is in NumPy; there is no f64."""


def bits_of(array: Array) -> Array:
    """The same bits as unsigned integers, or as truth values, which registers hold."""
    kind = array.dtype
    return array if kind == np.bool_ else array.view(f"u{kind.itemsize}")
