"""Torch tensors from the protocol's float64 arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import torch

from optimspec.conformance.protocol import Array

DTYPES: Final[Mapping[str, torch.dtype]] = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
"""Torch's dtypes by the protocol's names of the formats."""

CPU: Final = "cpu"
"""The device of tensors where no other is named."""

FORMAT_OF: Final[Mapping[torch.dtype, str]] = {dtype: name for name, dtype in DTYPES.items()}


def to_tensor(
    array: Array,
    format: str,  # noqa: A002 - the protocol's word
    device: str | torch.device = CPU,
) -> torch.Tensor:
    """Copy ``array`` into a new contiguous tensor of its shape, in the named format, there."""
    copy = np.array(array, dtype=np.float64, order="C")
    return torch.from_numpy(copy).to(DTYPES[format]).to(device)


def to_parameters(
    theta0: Sequence[Array],
    format: str,  # noqa: A002
    device: str = CPU,
) -> list[torch.Tensor]:
    """Leaf tensors of these values on a device that require a gradient."""
    return [to_tensor(array, format, device).requires_grad_() for array in theta0]


def to_array(tensor: torch.Tensor) -> Array:
    """Copy ``tensor`` into a new float64 array of its shape; exact."""
    copy: Array = tensor.detach().to("cpu", torch.float64, copy=True).numpy()
    return copy


def give_gradients(
    parameters: Sequence[torch.Tensor],
    gradients: Sequence[Array | None],
    format: str,  # noqa: A002
) -> None:
    """Set every parameter's ``.grad`` to a fresh tensor on its device, or to None."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else to_tensor(gradient, format, parameter.device)
