"""The CUDA kernels without a GPU, option by option, and what the suite must say of them.

The header of the kernels is compiled for the CPU, and the kernels' PTX is executed in NumPy. This
module needs nothing but the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_ADAM: Final = "optimspec.impls.cuda:HostBuildAdam"
_ADAMW: Final = "optimspec.impls.cuda:HostBuildAdamW"
_EXECUTED: Final = "optimspec.impls.cuda:ExecutedAdam"
_EXECUTED_ADAMW: Final = "optimspec.impls.cuda:ExecutedAdamW"

CUDA: Final[tuple[Shipped, ...]] = (
    Shipped(_ADAM, "adam", "Adam from the CUDA kernels' header, compiled for the CPU."),
    Shipped(
        _ADAM,
        "adam",
        "The same with weight decay added to the gradient.",
        "variant",
        ("l2-weight-decay",),
        args={"weight_decay": 0.1},
    ),
    Shipped(
        _ADAM,
        "adam",
        "The same, following the gradient upwards.",
        "variant",
        ("maximize",),
        args={"maximize": True},
    ),
    Shipped(_ADAMW, "adamw", "AdamW from the CUDA kernels' header, compiled for the CPU."),
    Shipped(_EXECUTED, "adam", "Adam by the PTX of the CUDA kernels, executed in NumPy."),
    Shipped(_EXECUTED_ADAMW, "adamw", "AdamW by the PTX of the CUDA kernels, executed in NumPy."),
)
"""In the order in which a report shows them; they take float32 and bfloat16."""
