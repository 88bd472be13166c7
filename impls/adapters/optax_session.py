"""An optax transformation at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from optimspec.conformance.names import STATE_NAMES, state_shape
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.jax_arrays import precision, to_array, to_jax


class OptaxSession:
    """A transformation at work on JAX arrays of one format, operation by operation.

    Float64 is computed with ``jax_enable_x64``, the other formats without it, which is how JAX runs
    unless somebody turns it on.

    Parameters
    ----------
    make
        Makes the transformation, of hyperparameters by spec name.
    is_made_anew
        Whether it may be made with other hyperparameters in the middle of a run. It then goes on
        with the old state, as it does under a schedule.
    """

    def __init__(
        self,
        make: Callable[[Mapping[str, float]], Any],
        is_made_anew: bool,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> None:
        self._make = make
        self._is_made_anew = is_made_anew
        self._hyper = dict(hyper)
        self._format = format
        with precision(self._format):
            self._transformation = make(self._hyper)
            self._parameters = self._arrays(theta0)
            self._state = self._transformation.init(self._parameters)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Update, and apply the updates."""
        import optax

        with precision(self._format):
            updates, self._state = self._transformation.update(
                self._arrays(gradients), self._state, self._parameters
            )
            self._parameters = optax.apply_updates(self._parameters, updates)
        return [to_array(parameter) for parameter in self._parameters]

    def set(self, name: str, value: float) -> None:
        """Go on with the transformation of another hyperparameter.

        Raises
        ------
        ValueError
            If it cannot be made anew, or takes no such hyperparameter.
        """
        if not self._is_made_anew:
            raise ValueError(
                f"A transformation that is ready made keeps its hyperparameters; found {name!r}. "
                "Name the function that makes it."
            )
        self._hyper[name] = value
        with precision(self._format):
            self._transformation = self._make(self._hyper)

    def state(self) -> list[dict[str, Array]]:
        """Every parameter's state arrays that the specifications have a name for."""
        known = self._known()
        return [
            {name: to_array(arrays[i]) for name, arrays in known.items()}
            for i in range(len(self._parameters))
        ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        return {name: arrays[0].dtype.name for name, arrays in self._known().items() if arrays}

    def _arrays(self, arrays: Sequence[Array | None]) -> list[Any]:
        return [x if x is None else to_jax(x, self._format) for x in arrays]

    def _known(self) -> dict[str, list[Any]]:
        fields = dict(reversed(list(_fields(self._state))))
        found: dict[str, list[Any]] = {}
        for name, keys in STATE_NAMES.items():
            shapes = [state_shape(name, array.shape) for array in self._parameters]
            for key in keys:
                arrays = fields.get(key)
                if isinstance(arrays, list) and [np.shape(x) for x in arrays] == shapes:
                    found.setdefault(name, arrays)
        return found


def _fields(state: object) -> Iterator[tuple[str, object]]:
    """All named parts of a state, which is a tuple of named tuples, to any depth."""
    if isinstance(state, tuple):
        yield from getattr(state, "_asdict", dict)().items()
        for part in state:
            yield from _fields(part)
