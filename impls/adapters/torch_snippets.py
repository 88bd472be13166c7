"""The parts of a snippet that every torch target needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch

from optimspec.conformance.protocol import Array, Experiment
from optimspec.impls.adapters import snippets
from optimspec.impls.adapters.tensors import CPU


def leaf(value: object) -> str:
    """Write an argument; a tensor's own repr drops digits."""
    if isinstance(value, torch.Tensor):
        return f"torch.tensor({value.tolist()!r}, dtype={value.dtype})"
    return repr(value)


def parameters(experiment: Experiment, device: str) -> list[str]:
    """Write the parameters as leaf tensors on a device."""
    tensors = (tensor(array, experiment.format, device) for array in experiment.theta0)
    return [
        "parameters = [",
        *(f"    {text}.requires_grad_()," for text in tensors),
        "]",
    ]


def gradients(experiment: Experiment, device: str, *, sparse: bool = False) -> list[str]:
    """Write the gradients, one row per step."""
    form = ".to_sparse()" if sparse else ""
    return snippets.rows(experiment, lambda array: tensor(array, experiment.format, device) + form)


def loop(
    experiment: Experiment,
    change: Callable[[Mapping[str, float]], Sequence[str]],
    step: str,
) -> list[str]:
    """Write the loop over the steps, in which ``step`` makes one."""
    return [
        "for step, row in enumerate(gradients, start=1):",
        *snippets.changes(experiment, change),
        "    for parameter, gradient in zip(parameters, row, strict=True):",
        "        parameter.grad = gradient",
        f"    {step}",
        "    print(step, [parameter.tolist() for parameter in parameters])",
    ]


def tensor(array: Array, format: str, device: str) -> str:  # noqa: A002 - the protocol's word
    """Write a tensor with its exact values; nested lists lose the shape of an empty one."""
    place = "" if device == CPU else f", device={device!r}"
    text = f"torch.tensor({array.tolist()!r}, dtype=torch.{format}{place})"
    return text if array.size else f"{text}.reshape({array.shape!r})"
