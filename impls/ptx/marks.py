"""Which threads have touched each byte of a memory, and what of that a barrier has put in order."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NOBODY: Final = 0
_MANY: Final = -1


class Who(NamedTuple):
    """The threads that make an access: the number of each, from 0, and that of its block."""

    threads: Numbers
    blocks: Numbers


class Marks:
    """For each byte, the block that has touched it, and the thread since the block's last barrier.

    A thread of that block may rely on what was before the barrier; one of another block may not.
    """

    def __init__(self, size: int) -> None:
        self._block, self._thread = np.zeros((2, size), np.int64)

    def since_launch(self, rows: Numbers, size: int) -> Flags:
        """In which of these rows of ``size`` bytes one was touched at all."""
        return _touched(self._block, rows, size)

    def since_barrier(self, rows: Numbers, size: int) -> Flags:
        """In which of these rows one was touched since its block's last barrier."""
        return _touched(self._thread, rows, size)

    def by_others(self, rows: Numbers, size: int, who: Who) -> Flags:
        """In which rows one was touched by another thread than that which now comes to it."""
        found = np.zeros(len(rows), np.bool_)
        for marks, own in ((self._block, who.blocks), (self._thread, who.threads)):
            here = marks.reshape(-1, size)[rows]
            found |= ((here != _NOBODY) & (here != own[:, None] + 1)).any(axis=1)
        return found

    def add(self, rows: Numbers, size: int, who: Who, *, everybody: bool = False) -> Flags:
        """Mark rows as touched, or as touched by everybody; which are also by another in this."""
        twice = np.zeros(len(rows), np.bool_)
        for marks, numbers in ((self._block, who.blocks), (self._thread, who.threads)):
            by_row, own = marks.reshape(-1, size), numbers[:, None] + 1
            here = by_row[rows]
            alone = ((here == _NOBODY) | (here == own)) & (not everybody)
            by_row[rows] = new = np.where(alone, own, _MANY)
            lost = (by_row[rows] != new).any(axis=1)
            by_row[rows[lost]] = _MANY
            twice |= lost
        return twice

    def settle(self, block: int) -> None:
        """Put what a block has done in order with what it will do."""
        self._thread[self._block == block + 1] = _NOBODY


def _touched(marks: Numbers, rows: Numbers, size: int) -> Flags:
    touched: Flags = (marks.reshape(-1, size)[rows] != _NOBODY).any(axis=1)
    return touched
