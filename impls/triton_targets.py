"""The Triton kernels on the CPU: in Triton's interpreter, and by their PTX, executed in NumPy.

On a GPU they are not run here. This module needs nothing but the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_INTERPRETED: Final = "optimspec.impls.triton:InterpretedAdam"
_INTERPRETED_ADAMW: Final = "optimspec.impls.triton:InterpretedAdamW"
_EXECUTED: Final = "optimspec.impls.triton:ExecutedAdam"
_EXECUTED_ADAMW: Final = "optimspec.impls.triton:ExecutedAdamW"

TRITON: Final[tuple[Shipped, ...]] = (
    Shipped(_INTERPRETED, "adam", "Adam by the Triton kernels, in Triton's interpreter."),
    Shipped(_INTERPRETED_ADAMW, "adamw", "AdamW by the Triton kernels, in Triton's interpreter."),
    Shipped(_EXECUTED, "adam", "Adam by the PTX of the Triton kernels, executed in NumPy."),
    Shipped(_EXECUTED_ADAMW, "adamw", "AdamW by the PTX of the Triton kernels, executed in NumPy."),
)
"""In the order in which a report shows them; they take float32 and bfloat16."""
