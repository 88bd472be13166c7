"""Where tensors of targets are: on the CPU, or on a GPU."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

CPU: Final = "cpu"
"""The device where none is named."""

_NAMES: Final = re.compile(r"cpu|cuda(:\d{1,3})?")


class NoDevice(Exception):  # noqa: N818 - the name says the mistake
    """A device cannot be used; the message says the rule, what was found and the remedy."""


def require(device: str) -> None:
    """Raise NoDevice unless torch can use the device of that name."""
    if not _NAMES.fullmatch(device):
        raise NoDevice(f"--device takes cpu, cuda or cuda:N; found {device!r}.")
    if device != CPU and (reason := _unusable(device)):
        raise NoDevice(
            f"--device {device} needs a GPU that torch can use; {reason} Leave --device out to "
            "judge on the CPU."
        )


def _unusable(device: str) -> str:
    """Why torch cannot use that GPU, or ""."""
    try:
        import torch
    except ModuleNotFoundError:
        return "torch is not installed."
    if torch.version.cuda is None:
        return f"torch {torch.__version__} is built without CUDA: install a build with it."
    count, number = torch.cuda.device_count(), torch.device(device).index or 0
    if number >= count:
        return f"torch sees {count} GPUs: check what nvidia-smi shows."
    try:
        versions(device)
    except (RuntimeError, AssertionError) as error:
        return f"CUDA says: {str(error).splitlines()[0].rstrip('.')}."
    return ""


@cache
def versions(device: str) -> dict[str, str]:
    """What a device adds to the versions on which results depend: the GPU and its software."""
    if device == CPU:
        return {}
    import torch

    made = torch.cuda.get_device_properties(device)
    return {
        "gpu": f"{made.name}, compute capability {made.major}.{made.minor}",
        "cuda": str(torch.version.cuda),
    }
