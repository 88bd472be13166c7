"""The threads of a launch, side by side: their registers, numbers, parameters and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimspec.impls.ptx.formats import Array
from optimspec.impls.ptx.marks import Numbers, Who
from optimspec.impls.ptx.memory import Buffer, Memory, address_of

Threads: TypeAlias = NDArray[np.bool_]
"""A truth value for each thread of a launch."""

Active: TypeAlias = Threads | None
"""Which threads take part; None where all do."""

SPECIAL: Final = tuple(
    f"%{name}.{axis}" for name in ("tid", "ntid", "ctaid", "nctaid") for axis in "xyz"
)
"""The special registers that can be read; all have 32 bits."""


class Lanes:
    """All threads that are executed of a launch.

    Parameters
    ----------
    grid, block
        Blocks of the launch, and threads of a block; both have one dimension.
    blocks
        Which of the blocks are executed.
    parameters
        The bytes of each parameter of the kernel, by its name.
    memory
        Global memory.
    shared_size
        Bytes of shared memory that each block has.
    """

    def __init__(
        self,
        grid: int,
        block: int,
        blocks: Sequence[int],
        parameters: Mapping[str, bytes],
        memory: Memory,
        shared_size: int,
    ) -> None:
        self.registers: dict[str, Array] = {}
        self.parameters = parameters
        self.blocks = np.asarray(blocks, np.int64)
        self.count = len(blocks) * block
        thread = np.tile(np.arange(block, dtype=np.int64), len(blocks))
        of_block = np.repeat(self.blocks, block)
        self.who = Who(of_block * block + thread, of_block)
        one, zero = np.ones(1, np.uint32), np.zeros(1, np.uint32)
        self.special = dict.fromkeys(SPECIAL, zero) | {
            "%tid.x": thread.astype(np.uint32),
            "%ctaid.x": of_block.astype(np.uint32),
            "%ntid.x": one * np.uint32(block),
            "%nctaid.x": one * np.uint32(grid),
            **dict.fromkeys(("%ntid.y", "%ntid.z", "%nctaid.y", "%nctaid.z"), one),
        }
        self.memory = memory
        self.shared = _shared(len(blocks), shared_size)
        starts = np.array([address_of(i) for i in range(len(blocks))], np.int64)
        self.window: Numbers = np.repeat(starts, block)
        """Where the shared memory of each thread's block begins in :attr:`shared`."""

    def settle(self, block: int) -> None:
        """Put in order what the block of that number has done with what it will do."""
        self.memory.settle(block)
        self.shared.settle(block)

    def put(self, register: str, bits: Array, active: Active) -> None:
        """Write a register of the threads that take part."""
        if active is not None:
            bits = np.where(active, bits, self.registers.get(register, np.zeros(1, bits.dtype)))
        self.registers[register] = bits

    def all(self) -> Threads:
        """All threads."""
        return np.ones(self.count, np.bool_)

    def per_block(self, active: Threads) -> Threads:
        """The same, as rows of blocks."""
        return active.reshape(len(self.blocks), -1)

    def acting(self, active: Active) -> Who:
        """The threads that take part, by their numbers."""
        return self.who if active is None else Who(*(each[active] for each in self.who))

    def spread(self, values: Array, active: Active) -> Array:
        """A value for each thread that takes part, of one for each or for all of them."""
        full = values if len(values) == self.count else np.broadcast_to(values, (self.count,))
        return full if active is None else full[active]


Step: TypeAlias = Callable[[Lanes, Active], None]
"""What an instruction does to the threads that take part."""


def _shared(blocks: int, size: int) -> Memory:
    empty = np.zeros(size, np.uint8)
    executed = range(blocks if size else 0)
    return Memory(
        (Buffer(str(i), address_of(i), empty, initialised=False) for i in executed), once=False
    )
