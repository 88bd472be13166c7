"""Adam and AdamW in CUDA C++, with every rounding written out, and a host build of the same.

``FusedAdam`` and ``FusedAdamW`` run on a GPU. ``HostBuildAdam`` and ``HostBuildAdamW`` compile the
header that holds the update for the CPU. ``ExecutedAdam`` and ``ExecutedAdamW`` execute the PTX of
the kernels in NumPy. All is compiled at first use.
"""

from optimspec.impls.cuda.executed import ExecutedAdam, ExecutedAdamW
from optimspec.impls.cuda.fused import FusedAdam, FusedAdamW
from optimspec.impls.cuda.host import HostBuildAdam, HostBuildAdamW

__all__ = [
    "ExecutedAdam",
    "ExecutedAdamW",
    "FusedAdam",
    "FusedAdamW",
    "HostBuildAdam",
    "HostBuildAdamW",
]
