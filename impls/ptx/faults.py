"""What ends the execution of a kernel: one exception for each rule that it can break."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    """An instruction: its kernel, its line in the PTX, counted from 1, and its opcode."""

    kernel: str
    line: int
    opcode: str

    def __str__(self) -> str:
        """The place, as a fault names it."""
        return f"{self.opcode} in line {self.line} of the PTX, in {self.kernel},"


class PtxFault(RuntimeError):  # noqa: N818 - as its subclasses, which are named for what happened
    """A kernel that breaks a rule, or that cannot be executed here."""


class Unreadable(PtxFault):
    """Text that is no PTX, or PTX that is not read here."""


class Refused(PtxFault):
    """An instruction that is not known, or whose result PTX does not fix."""


class OutOfBounds(PtxFault):
    """An access to memory that is in no buffer, or only in part."""


class Misaligned(PtxFault):
    """An access of n bytes at an address that is no multiple of n."""


class ReadOnly(PtxFault):
    """A write to a buffer that may only be read."""


class WrittenTwice(PtxFault):
    """A byte that was written twice, by two threads or by one."""


class Raced(PtxFault):
    """A byte that one thread reads and another writes, in whatever order."""


class Uninitialised(PtxFault):
    """A read of memory or of a register to which nothing was written."""


class Diverged(PtxFault):
    """A barrier at which not all threads of a block arrive together."""


class Endless(PtxFault):
    """A launch that takes more instructions than it may."""
