"""Times of several things, taken in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import torch

ROUNDS: Final = 21
"""Times of which a median is taken."""

WARM: Final = 3
"""Rounds before, which are not counted: kernels are compiled and state is made."""

Clock = Callable[[Callable[[], object]], float]
"""Seconds that a call takes."""


class Twice(NamedTuple):
    """Two medians in seconds, of times that were taken in turns."""

    first: float
    second: float

    @property
    def best(self) -> float:
        """The smaller."""
        return min(self)


def medians(things: Mapping[str, Callable[[], object]], clock: Clock) -> dict[str, Twice]:
    """The medians of each, whose times are taken in turns, all of them twice a round."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in things}
    for number in range(WARM + ROUNDS):
        for half in (0, 1):
            for name, call in things.items():
                taken = clock(call)
                if number >= WARM:
                    times[name][half].append(taken)
    return {name: Twice(*map(statistics.median, halves)) for name, halves in times.items()}


def on_gpu(busy: torch.Tensor) -> Clock:
    """A clock of the GPU alone: it writes ``busy`` first, so that launches are there in time."""

    def clock(call: Callable[[], object]) -> float:
        start, end = (_event() for _ in range(2))
        torch.cuda.synchronize()
        busy.zero_()
        start.record()
        call()
        end.record()
        torch.cuda.synchronize()
        return float(start.elapsed_time(end)) / 1e3

    return clock


def _event() -> torch.cuda.Event:
    return torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]


def with_host(call: Callable[[], object]) -> float:
    """A clock of all that a call takes until the GPU is done, the host's time included."""
    torch.cuda.synchronize()
    began = time.perf_counter()
    call()
    torch.cuda.synchronize()
    return time.perf_counter() - began
