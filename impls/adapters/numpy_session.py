"""An optimizer of NumPy arrays at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimspec.conformance.names import STATE_NAMES, Place, state_shape
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters import naming
from optimspec.impls.adapters.call import Call


class NumpySession:
    """An optimizer at work on arrays of one format."""

    def __init__(
        self,
        call: Call,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> None:
        self._format = format
        self._parameters = [np.array(array, format) for array in theta0]
        self._optimizer: Any = call.function(self._parameters, **call.keywords(hyper))
        self.where = _scheduled(self._optimizer, call.claimed)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Make one step; gradients are fresh arrays, or None.

        What IEEE arithmetic gives is judged, so NumPy's warnings about it are off.
        """
        with np.errstate(all="ignore"):
            self._optimizer.step([g if g is None else np.array(g, self._format) for g in gradients])
        return [np.array(array, np.float64) for array in self._parameters]

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
            setattr(self._optimizer, place.key, tuple(pair))

    def state(self) -> list[dict[str, Array]]:
        """Every parameter's state arrays that the specifications have a name for."""
        known = self._known()
        return [
            {name: np.array(arrays[i], np.float64) for name, arrays in known.items()}
            for i in range(len(self._parameters))
        ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        return {name: arrays[0].dtype.name for name, arrays in self._known().items() if arrays}

    def _known(self) -> dict[str, list[NDArray[Any]]]:
        found: dict[str, list[NDArray[Any]]] = {}
        for name, keys in STATE_NAMES.items():
            shapes = [state_shape(name, array.shape) for array in self._parameters]
            for key in keys:
                arrays = getattr(self._optimizer, key, None)
                if isinstance(arrays, list) and [np.shape(a) for a in arrays] == shapes:
                    found.setdefault(name, [np.asarray(array) for array in arrays])
        return found


def _scheduled(optimizer: object, claim: str | None) -> dict[str, Place]:
    attributes = getattr(optimizer, "__dict__", {})
    where = naming.places(attributes, claim)
    return {name: where[name] for name in naming.read(attributes, where)}
