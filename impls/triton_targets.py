"""The Triton kernels in Triton's interpreter, option by option, and what the suite must say of it.

Compiled kernels are not here: they need a GPU. This module needs nothing but the standard library.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped

_ADAM: Final = "optimspec.impls.triton:InterpretedAdam"
_ADAMW: Final = "optimspec.impls.triton:InterpretedAdamW"

TRITON: Final[tuple[Shipped, ...]] = (
    Shipped(_ADAM, "adam", "Adam by the Triton kernels, in Triton's interpreter on the CPU."),
    Shipped(_ADAMW, "adamw", "AdamW by the Triton kernels, in Triton's interpreter on the CPU."),
)
"""In the order in which a report shows them; they take float32 and bfloat16."""
