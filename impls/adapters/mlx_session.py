"""An MLX optimizer at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from optimspec.conformance.names import STATE_NAMES, state_shape
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.call import Call
from optimspec.impls.adapters.optimizer_class import places_of
from optimspec.impls.adapters.probing import flushed_formats


class MlxSession:
    """An optimizer at work on a list of MLX arrays of one format, on MLX's default device."""

    def __init__(
        self,
        call: Call,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> None:
        self._format = format
        self._parameters = {str(i): to_mlx(x, format) for i, x in enumerate(theta0)}
        self._optimizer: Any = call.function(**call.keywords(hyper))
        self.where = places_of(self._optimizer, call)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Apply gradients; a parameter without one stays where it is."""
        given = {str(i): to_mlx(g, self._format) for i, g in enumerate(gradients) if g is not None}
        self._parameters |= self._optimizer.apply_gradients(given, self._parameters)
        return [to_array(x) for x in self._parameters.values()]

    def set(self, name: str, value: float) -> None:
        """Change the attribute that keeps a hyperparameter.

        Raises
        ------
        ValueError
            If there is none.
        """
        if name not in self.where:
            raise ValueError(
                f"Only the hyperparameters {sorted(self.where)} that are attributes can change "
                f"between steps; found {name!r}."
            )
        place = self.where[name]
        if place.index is None:
            setattr(self._optimizer, place.key, value)
        else:
            pair = list(getattr(self._optimizer, place.key))
            pair[place.index] = value
            setattr(self._optimizer, place.key, pair)

    def state(self) -> list[dict[str, Array]]:
        """Every parameter's state arrays that the specifications have a name for."""
        return [
            {name: to_array(x) for name, x in self._known(at).items()} for at in self._parameters
        ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        found = (item for at in self._parameters for item in self._known(at).items())
        return {name: str(x.dtype).rpartition(".")[2] for name, x in found}

    def _known(self, at: str) -> dict[str, Any]:
        kept = self._optimizer.state.get(at, {})
        shape = tuple(self._parameters[at].shape)
        found: dict[str, Any] = {}
        for name, keys in STATE_NAMES.items():
            for key in keys:
                if key in kept and tuple(kept[key].shape) == state_shape(name, shape):
                    found.setdefault(name, kept[key])
        return found


def to_mlx(array: Array, format: str) -> Any:  # noqa: A002, ANN401
    """Copy a float64 array of NumPy's into an MLX array of that format."""
    import mlx.core as mx

    into = getattr(mx, format)
    fits = array if format == "float64" else array.astype(np.float32)
    return mx.array(fits, dtype=into)


def to_array(array: Any) -> Array:  # noqa: ANN401
    """Copy an MLX array into a float64 array of NumPy's; exact."""
    import mlx.core as mx

    plain = array if array.dtype == mx.float64 else array.astype(mx.float32)
    return np.array(plain).astype(np.float64)


@cache
def flushed() -> frozenset[str]:
    """The formats in which MLX takes subnormal numbers for zero here."""
    return flushed_formats(lambda array, name: to_array(to_mlx(array, name) * 0.5))
