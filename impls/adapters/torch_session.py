"""A torch optimizer at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from optimspec.conformance.names import STATE_NAMES, Place, state_shape
from optimspec.conformance.protocol import Array
from optimspec.impls.adapters.tensors import FORMAT_OF, give_gradients, to_array


class TorchSession:
    """A torch optimizer at work on leaf tensors of one format."""

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        parameters: Sequence[torch.Tensor],
        format: str,  # noqa: A002 - the protocol's word
        where: Mapping[str, Place],
    ) -> None:
        self._optimizer = optimizer
        self._parameters = parameters
        self._format = format
        self._where = where

    def step(self, gradients: Sequence[Array | None]) -> list[Array]:
        """Make one step; gradients are fresh contiguous tensors, or None."""
        give_gradients(self._parameters, gradients, self._format)
        self._optimizer.step()
        return [to_array(parameter) for parameter in self._parameters]

    def set(self, name: str, value: float) -> None:
        """Change a hyperparameter in every parameter group.

        Raises
        ------
        ValueError
            If it is not in the parameter groups.
        """
        if name not in self._where:
            raise ValueError(
                f"Only the hyperparameters {sorted(self._where)} of the parameter groups can "
                f"change between steps; found {name!r}."
            )
        for group in self._optimizer.param_groups:
            _put(group, self._where[name], value)

    def state(self) -> list[dict[str, Array]]:
        """Every parameter's state tensors that the specifications have a name for."""
        return [
            {name: to_array(tensor) for name, tensor in self._known(parameter).items()}
            for parameter in self._parameters
        ]

    def state_formats(self) -> dict[str, str]:
        """Name the format of each variable that :meth:`state` gives."""
        formats: dict[str, str] = {}
        for parameter in self._parameters:
            for name, tensor in self._known(parameter).items():
                formats.setdefault(name, FORMAT_OF[tensor.dtype])
        return formats

    def _known(self, parameter: torch.Tensor) -> dict[str, torch.Tensor]:
        # .get, because the state is a defaultdict and looking must not make an entry
        state = self._optimizer.state.get(parameter, {})
        found: dict[str, torch.Tensor] = {}
        for name, keys in STATE_NAMES.items():
            shape = state_shape(name, tuple(parameter.shape))
            for key in keys:
                tensor = state.get(key)
                if (
                    isinstance(tensor, torch.Tensor)
                    and _fits(tensor, shape)
                    and tensor.dtype in FORMAT_OF
                ):
                    found.setdefault(name, tensor.expand(shape))
        return found


def _fits(tensor: torch.Tensor, shape: tuple[int, ...]) -> bool:
    """Whether a tensor has one value for each element of that shape, or for several at once."""
    try:
        return np.broadcast_shapes(tensor.shape, shape) == shape
    except ValueError:
        return False


def _put(group: dict[str, Any], place: Place, value: float) -> None:
    """Store a number where it is kept; a tensor stays the tensor that a captured graph reads."""
    old = group[place.key]
    if place.index is not None:
        pair = list(old)
        _put_item(pair, place.index, value)
        group[place.key] = type(old)(pair)
    else:
        _put_item(group, place.key, value)


def _put_item(container: Any, key: str | int, value: float) -> None:  # noqa: ANN401
    if isinstance(container[key], torch.Tensor):
        container[key].fill_(value)
    else:
        container[key] = value
