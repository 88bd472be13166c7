"""A small run of every kernel, for tools that watch each access to memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

import torch

from optimspec.impls.cuda.agreement import FORMATS, SCALARS, Case, drawn, misalignments
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.gpu.movers import Mover, by_cuda
from optimspec.impls.gpu.placed import placed

DONE = "all kernels were run"
"""What it prints at its end."""

_SIZES = (1, 3, 1001, 70_000)
_EACH = 29
"""Every so many of the ways in which tensors can be out of line: they are tried one by one."""


def main(planted: str = "") -> None:
    """Move single tensors and tables, in both formats, in line and out of line.

    Parameters
    ----------
    planted
        Make one launch with this fault instead, one of :data:`PLANTED`.
    """
    move = by_cuda()
    if planted:
        move([PLANTED[planted]("cuda")], SCALARS["Adam"])
    else:
        _all(move)
    torch.cuda.synchronize()
    print(DONE)


def _all(move: Mover) -> None:
    for dtype in FORMATS:
        for offsets in misalignments(dtype)[::_EACH]:
            for name, scalars in SCALARS.items():
                where = (offsets,) * len(_SIZES)
                batch = placed(Case(name, dtype, scalars, _SIZES, where, drawn), "cuda")
                for one in batch:
                    move([one.job], scalars)
                move([one.job for one in batch], scalars)


def _beyond(device: str) -> Job:
    """A second moment that is one element shorter than its parameter."""
    return Job(*(torch.ones(n).to(device) for n in (5, 5, 5, 4)))


def _unwritten(device: str) -> Job:
    """A gradient that nobody wrote."""
    p, m, v = (torch.ones(5).to(device) for _ in range(3))
    return Job(p, torch.empty(5, device=device), m, v)


PLANTED: Final[Mapping[str, Callable[[str], Job]]] = {"beyond": _beyond, "unwritten": _unwritten}
"""Jobs of which a tool that looks at all must say something."""


if __name__ == "__main__":
    main(*sys.argv[1:])
