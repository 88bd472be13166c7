"""Memory of a launch: buffers at chosen addresses, and which threads read and wrote each byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from optimspec.impls.ptx.faults import (
    Misaligned,
    OutOfBounds,
    PtxFault,
    Raced,
    ReadOnly,
    Site,
    Uninitialised,
    WrittenTwice,
)
from optimspec.impls.ptx.marks import Flags, Marks, Numbers, Who

WIDEST: Final = 16
"""Bytes of the widest access."""

_APART: Final = 2**40

Bytes = NDArray[np.uint8]


def address_of(slot: int, misalignment: int = 0) -> int:
    """An address for the buffer of that number, so far from any other that no index reaches one."""
    return (slot + 1) * _APART + misalignment


@dataclass(frozen=True, slots=True)
class Buffer:
    """A piece of memory: its name, its first address and its values.

    Parameters
    ----------
    name
        What :meth:`Memory.contents` finds it by.
    address
        Of its first byte.
    values
        An array of one dimension and any type; it is copied.
    writable, initialised
        Whether it may be written, and whether it may be read before.
    """

    name: str
    address: int
    values: NDArray[Any]
    writable: bool = True
    initialised: bool = True


class Memory:
    """Buffers that do not overlap; raises ValueError if some do.

    All their bytes are in one array, each at a place that has the same remainder by 16 as its
    address, so that an aligned access of n bytes is a row of that array in rows of n.

    Parameters
    ----------
    buffers
        In any order.
    once
        Whether a byte may be written only once; else, once between two barriers.
    """

    def __init__(self, buffers: Iterable[Buffer], *, once: bool = True) -> None:
        ordered = sorted(buffers, key=lambda buffer: buffer.address)
        for one, other in pairwise(ordered):
            if one.address + one.values.nbytes > other.address:
                raise ValueError(
                    f"Buffers must not overlap; found {one.name} and {other.name} at "
                    f"{other.address:#x}. Give them other addresses."
                )
        places, total = [], 0
        for buffer in ordered:
            places.append(total + buffer.address % WIDEST)
            total = -(-(places[-1] + buffer.values.nbytes) // WIDEST) * WIDEST
        self._once = once
        self._first = np.array([buffer.address for buffer in ordered], np.int64)
        self._sizes = np.array([buffer.values.nbytes for buffer in ordered], np.int64)
        self._places = np.array(places, np.int64)
        self._writable = np.array([buffer.writable for buffer in ordered], np.bool_)
        self._bytes, self._known = np.zeros(total, np.uint8), np.zeros(total, np.bool_)
        self._read, self._written = Marks(total), Marks(total)
        self._named = {}
        for buffer, place in zip(ordered, places, strict=True):
            at = self._named[buffer.name] = slice(place, place + buffer.values.nbytes)
            self._bytes[at] = np.ascontiguousarray(buffer.values).view(np.uint8)
            self._known[at] = buffer.initialised

    def contents(self, name: str) -> Bytes:
        """The bytes of a buffer, as they are now."""
        return self._bytes[self._named[name]].copy()

    def settle(self, block: int) -> None:
        """Let a block's threads see what others of it have written, as a barrier does."""
        self._read.settle(block)
        self._written.settle(block)

    def load(
        self, site: Site, addresses: Numbers, size: int, who: Who, *, constant: bool = False
    ) -> Bytes:
        """Read ``size`` bytes for each thread: shape (threads, size).

        Parameters
        ----------
        site
            The instruction, for faults.
        addresses, who
            Where each thread reads, and which threads they are.
        constant
            Whether nobody may write there in the whole launch, as ``ld.global.nc`` demands.
        """
        rows, buffers = self._rows(site, addresses, size, who)
        known = np.asarray(self._known.reshape(-1, size)[rows].all(axis=1))
        _require(known, Uninitialised, site, addresses, who)
        if self._writable[buffers].any():
            raced = self._written.by_others(rows, size, who)
            if constant:
                raced |= self._written.since_launch(rows, size)
            _require(~raced, Raced, site, addresses, who)
            self._read.add(rows, size, who, everybody=constant)
        return self._bytes.reshape(-1, size)[rows]

    def store(self, site: Site, addresses: Numbers, values: Bytes, who: Who) -> None:
        """Write bytes for each thread, of shape (threads, size); as :meth:`load`."""
        size = values.shape[1]
        rows, buffers = self._rows(site, addresses, size, who)
        _require(self._writable[buffers], ReadOnly, site, addresses, who)
        before = self._written.since_launch if self._once else self._written.since_barrier
        _require(~before(rows, size), WrittenTwice, site, addresses, who)
        _require(~self._read.by_others(rows, size, who), Raced, site, addresses, who)
        twice = self._written.add(rows, size, who)
        _require(~twice, WrittenTwice, site, addresses, who)
        self._bytes.reshape(-1, size)[rows] = values
        self._known.reshape(-1, size)[rows] = True

    def _rows(self, site: Site, addresses: Numbers, size: int, who: Who) -> tuple[Numbers, Numbers]:
        """Check bounds and alignment; the rows of ``size`` bytes, and the buffers they are in."""
        if not len(self._first):
            _require(addresses != addresses, OutOfBounds, site, addresses, who)
        buffers = np.maximum(np.searchsorted(self._first, addresses, side="right") - 1, 0)
        offsets = addresses - self._first[buffers]
        inside = (offsets >= 0) & (offsets <= self._sizes[buffers] - size)
        _require(inside, OutOfBounds, site, addresses, who)
        _require(addresses % size == 0, Misaligned, site, addresses, who)
        return (offsets + self._places[buffers]) // size, buffers


_RULES: Final[dict[type[PtxFault], tuple[str, str]]] = {
    OutOfBounds: ("be in a buffer as a whole", "Guard the access by the number of elements."),
    Misaligned: ("be at a multiple of its size", "Treat what comes before the first such address."),
    ReadOnly: ("leave read-only buffers as they are", "Write to another address."),
    WrittenTwice: ("write no byte a second time", "Give each element to one thread, once."),
    Raced: (
        "share no byte that is written with another thread",
        "Give each element to one thread.",
    ),
    Uninitialised: ("read what was written", "Write it before."),
}


def _require(kept: Flags, kind: type[PtxFault], site: Site, addresses: Numbers, who: Who) -> None:
    if not kept.all():
        lane = int(np.argmin(kept))
        rule, remedy = _RULES[kind]
        raise kind(
            f"An access to memory must {rule}; found {site} by thread {who.threads[lane]} of the "
            f"launch at address {int(addresses[lane]):#x}. {remedy}"
        )
