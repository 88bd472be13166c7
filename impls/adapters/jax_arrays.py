"""JAX arrays, and the precision that JAX computes with."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np

from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.probing import flushed_formats


def precision(format: str) -> AbstractContextManager[object]:  # noqa: A002 - the protocol's word
    """Within it JAX has 64 bits for float64, and for other formats what it has by itself."""
    import jax

    return jax.enable_x64(format == "float64")  # type: ignore[no-any-return]


def to_jax(array: Array, format: str) -> Any:  # noqa: A002, ANN401
    """Copy a float64 array of NumPy's into a JAX array of that format."""
    import jax.numpy as jnp

    return jnp.asarray(array, format)


def to_array(array: Any) -> Array:  # noqa: ANN401
    """Copy a JAX array into a float64 array of NumPy's; exact."""
    return np.asarray(array).astype(np.float64)


@cache
def flushed() -> frozenset[str]:
    """The formats in which JAX takes subnormal numbers for zero here."""

    def halved(array: Array, format: str) -> Array:  # noqa: A002
        with precision(format):
            return to_array(to_jax(array, format) * 0.5)

    return flushed_formats(halved)
