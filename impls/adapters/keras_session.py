"""A Keras optimizer at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

import numpy as np

from optimspec.conformance.names import STATE_NAMES, state_shape
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters import jax_arrays
from optimspec.impls.adapters.call import Call
from optimspec.impls.adapters.optimizer_class import places_of
from optimspec.impls.adapters.probing import flushed_formats


class KerasSession:
    """An optimizer at work on variables of one format.

    For float64 Keras has its ``floatx`` set to that, since its learning rates are in ``floatx``.
    """

    def __init__(
        self,
        call: Call,
        theta0: Sequence[Array],
        hyper: Mapping[str, float],
        format: str,  # noqa: A002 - the protocol's word
    ) -> None:
        import keras

        self._format = format
        with _precision(format):
            self._variables = [keras.Variable(np.array(x), dtype=format) for x in theta0]
            optimizer: Any = call.function(**call.keywords(hyper))
            optimizer.build(self._variables)
            self._optimizer = optimizer
            self.where = places_of(optimizer, call)

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Apply gradients."""
        with _precision(self._format):
            row = [g if g is None else _tensor(g, self._format) for g in gradients]
            self._optimizer.apply(row, self._variables)
            return [_to_array(variable) for variable in self._variables]

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
        with _precision(self._format):
            setattr(self._optimizer, self.where[name].key, value)

    def state(self) -> list[dict[str, Array]]:
        """Every variable's slots that the specifications have a name for."""
        known = self._known()
        with _precision(self._format):
            return [
                {name: _to_array(slots[i]) for name, slots in known.items()}
                for i in range(len(self._variables))
            ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        return {name: str(slots[0].dtype) for name, slots in self._known().items() if slots}

    def _known(self) -> dict[str, list[Any]]:
        kept = {name.lstrip("_"): value for name, value in vars(self._optimizer).items()}
        found: dict[str, list[Any]] = {}
        for name, keys in STATE_NAMES.items():
            shapes = [state_shape(name, tuple(x.shape)) for x in self._variables]
            for key in keys:
                slots = kept.get(key)
                if isinstance(slots, list) and [tuple(x.shape) for x in slots] == shapes:
                    found.setdefault(name, slots)
        return found


@contextmanager
def _precision(format: str) -> Iterator[None]:  # noqa: A002
    """Within it ``floatx`` is float64 for float64, and for other formats what it is by itself."""
    import keras

    own = keras.config.floatx()
    is_jax = keras.backend.backend() == "jax"
    with jax_arrays.precision(format) if is_jax else nullcontext():
        keras.config.set_floatx("float64" if format == "float64" else own)
        try:
            yield
        finally:
            keras.config.set_floatx(own)


def _tensor(array: Array, format: str) -> Any:  # noqa: A002, ANN401
    import keras

    return keras.ops.convert_to_tensor(array, format)


def _to_array(tensor: Any) -> Array:  # noqa: ANN401
    """Copy a tensor or variable of one of the four formats into a float64 array; exact."""
    import keras

    return np.array(keras.ops.convert_to_numpy(tensor)).astype(np.float64)


@cache
def flushed() -> frozenset[str]:
    """The formats in which the backend takes subnormal numbers for zero here."""

    def halved(array: Array, format: str) -> Array:  # noqa: A002
        with _precision(format):
            return _to_array(_tensor(array, format) * 0.5)

    return flushed_formats(halved)
