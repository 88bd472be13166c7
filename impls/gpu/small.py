"""A small run of every kernel, for tools that watch each access to memory."""

from __future__ import annotations

import torch

from optimspec.impls.gpu.movers import SCALARS, by_cuda
from optimspec.impls.gpu.placed import placed

DONE = "all kernels were run"
"""What it prints at its end."""


def main() -> None:
    """Move single tensors and tables, in both formats, in line and out of line."""
    move = by_cuda()
    for dtype in (torch.float32, torch.bfloat16):
        for offsets in ((0, 0, 0, 0), (1, 1, 1, 1), (1, 2, 3, 0)):
            batch = [placed(n, dtype, offsets, seed=n).on("cuda") for n in (1, 3, 1001, 70_000)]
            for scalars in SCALARS.values():
                for one in batch:
                    move([one.job], scalars)
                move([one.job for one in batch], scalars)
    torch.cuda.synchronize()
    print(DONE)


if __name__ == "__main__":
    main()
