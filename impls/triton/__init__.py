"""Adam and AdamW in Triton, with the arithmetic of the CUDA kernels' header.

``TritonAdam`` and ``TritonAdamW`` run on a GPU. ``InterpretedAdam`` and ``InterpretedAdamW`` run
the same kernels in Triton's interpreter, ``ExecutedAdam`` and ``ExecutedAdamW`` execute their PTX
in NumPy: both on the CPU. Triton is imported at first use.
"""

from optimspec.impls.triton.executed import ExecutedAdam, ExecutedAdamW
from optimspec.impls.triton.fused import TritonAdam, TritonAdamW
from optimspec.impls.triton.interpreted import InterpretedAdam, InterpretedAdamW

__all__ = [
    "ExecutedAdam",
    "ExecutedAdamW",
    "InterpretedAdam",
    "InterpretedAdamW",
    "TritonAdam",
    "TritonAdamW",
]
