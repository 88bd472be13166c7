"""A small run of every kernel, for tools that watch each access to memory."""

from __future__ import annotations

import torch

from optimspec.impls.cuda.agreement import FORMATS, SCALARS, Case, drawn, misalignments
from optimspec.impls.gpu.movers import by_cuda
from optimspec.impls.gpu.placed import placed

DONE = "all kernels were run"
"""What it prints at its end."""

_SIZES = (1, 3, 1001, 70_000)
_EACH = 29
"""Every so many of the ways in which tensors can be out of line: they are tried one by one."""


def main() -> None:
    """Move single tensors and tables, in both formats, in line and out of line."""
    move = by_cuda()
    for dtype in FORMATS:
        for offsets in misalignments(dtype)[::_EACH]:
            for name, scalars in SCALARS.items():
                where = (offsets,) * len(_SIZES)
                batch = placed(Case(name, dtype, scalars, _SIZES, where, drawn), "cuda")
                for one in batch:
                    move([one.job], scalars)
                move([one.job for one in batch], scalars)
    torch.cuda.synchronize()
    print(DONE)


if __name__ == "__main__":
    main()
