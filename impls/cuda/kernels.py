"""The kernels of ``adam_kernels.cuh``, launched on tensors on a GPU."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import torch

from optimspec.impls.cuda.kept import SYMBOLS, packed, put_back
from optimspec.impls.cuda.launchers import Launcher, LaunchFailed, launcher
from optimspec.impls.cuda.nvcc import THREADS
from optimspec.impls.cuda.scalars import AdamScalars

CHUNK: Final = 2**16
"""Elements of one entry of a table, as in torch's kernels for many tensors.

A multiple of 8, so that every part of an aligned tensor is aligned.
"""

BLOCKS_PER_MULTIPROCESSOR: Final = 8
"""So many blocks of 256 threads are 2048, as many as a multiprocessor takes."""

_VECTOR: Final = 16
"""Bytes of parameters that a thread moves at once."""

_KEPT_TABLES: Final = 64
"""Tables of the most recent sets of tensors; each has 40 bytes for an entry."""


class Job(NamedTuple):
    """A parameter, its gradient and its moments: tensors of one shape on one device."""

    param: torch.Tensor
    grad: torch.Tensor
    m: torch.Tensor
    v: torch.Tensor


class Span(NamedTuple):
    """The addresses of a job whose tensors are packed, and its number of elements."""

    p: int
    g: int
    m: int
    v: int
    n: int


class Place(NamedTuple):
    """Where a launch goes: a stream of a device with so many multiprocessors."""

    launcher: Launcher
    multiprocessors: int
    stream: int


def device_step(jobs: Sequence[Job], scalars: AdamScalars) -> None:
    """Make one step of every job in place, in one launch on the current stream.

    Parameters
    ----------
    jobs
        At least one; all on one GPU, parameters in one format.

    Raises
    ------
    CompilerNotFound, BuildFailed
        If the kernels can neither be found nor built.
    LaunchFailed
        If CUDA refuses the launch, or a graph is being captured: the scalars would be those of one
        step in every replay.
    """
    device = jobs[0].param.device
    with torch.cuda.device(device):
        refuse_capture()
        properties = torch.cuda.get_device_properties(device)
        place = Place(
            launcher(device.index, (properties.major, properties.minor)),
            properties.multi_processor_count,
            torch.cuda.current_stream(device).cuda_stream,
        )
        launch(jobs, scalars, place)


def refuse_capture() -> None:
    """Raise LaunchFailed if a CUDA graph is captured on the current stream of the current GPU."""
    if torch.cuda.is_current_stream_capturing():
        raise LaunchFailed(
            "A step cannot be captured in a CUDA graph, which would repeat its step count; found "
            "a capture under way. Capture what comes before the step."
        )


def launch(jobs: Sequence[Job], scalars: AdamScalars, place: Place) -> None:
    """Launch one kernel for all jobs; none if no job has elements."""
    with in_memory(jobs) as work:
        launch_at(tuple(map(span_of, work)), jobs[0].param, scalars, place)


def launch_at(
    spans: tuple[Span, ...], like: torch.Tensor, scalars: AdamScalars, place: Place
) -> None:
    """Launch one kernel on memory that holds parameters in the format of ``like``, if on any."""
    if len(spans) == 1:
        _launch_one(spans[0], like, scalars, place)
    elif spans:
        _launch_many(spans, like, scalars, place)


@contextmanager
def in_memory(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """The jobs that have elements, packed; afterwards, tensors take over what was written."""
    work = [job if _is_packed(job) else Job(*map(packed, job)) for job in jobs]
    yield [job for job in work if job.param.numel()]
    for job, worked_on in zip(jobs, work, strict=True):
        if worked_on is not job:
            put_back(worked_on.m, job.m)
            put_back(worked_on.v, job.v)
        put_back(worked_on.param, job.param)


def _is_packed(job: Job) -> bool:
    """Whether :func:`packed` would leave all as they are; asked of thousands in each step."""
    p, g, m, v = job
    contiguous = p.is_contiguous() and g.is_contiguous() and m.is_contiguous() and v.is_contiguous()
    return contiguous and not (p.is_neg() or g.is_neg())


def _launch_one(span: Span, like: torch.Tensor, scalars: AdamScalars, place: Place) -> None:
    pieces = -(-span.n * like.element_size() // (THREADS * _VECTOR))
    given = [*map(ctypes.c_void_p, span[:4]), ctypes.c_int64(span.n), scalars]
    _launch(place, f"adam_one_{SYMBOLS[like.dtype]}", pieces, given)


def _launch_many(
    spans: tuple[Span, ...], like: torch.Tensor, scalars: AdamScalars, place: Place
) -> None:
    chunks = table_on(like.device, place.stream, like.element_size(), spans)
    given = [ctypes.c_void_p(chunks.data_ptr()), ctypes.c_int64(len(chunks)), scalars]
    _launch(place, f"adam_many_{SYMBOLS[like.dtype]}", len(chunks), given)


def _launch(place: Place, kernel: str, pieces: int, given: Sequence[Any]) -> None:
    """Launch a block for each piece of work, or as many as keep the device busy."""
    blocks = min(pieces, place.multiprocessors * BLOCKS_PER_MULTIPROCESSOR)
    arguments = (ctypes.c_void_p * len(given))(*map(ctypes.addressof, given))
    place.launcher.launch(kernel, blocks, arguments, place.stream)


def span_of(job: Job) -> Span:
    """Where a job is; its tensors are packed."""
    p, g, m, v = job
    return Span(p.data_ptr(), g.data_ptr(), m.data_ptr(), v.data_ptr(), p.numel())


def table(element_size: int, spans: Sequence[Span]) -> torch.Tensor:
    """The chunks of all spans: int64, a row for each with four addresses and a length."""
    every = np.array(spans, np.int64)
    n = every[:, 4]
    chunks = -(-n // CHUNK)
    first = np.cumsum(chunks) - chunks
    starts = (np.arange(chunks.sum()) - np.repeat(first, chunks))[:, None] * CHUNK
    rows = np.repeat(every, chunks, axis=0)
    sizes = np.array([element_size, element_size, 4, 4])
    lengths = np.minimum(rows[:, 4:] - starts, CHUNK)
    return torch.from_numpy(np.hstack([rows[:, :4] + starts * sizes, lengths]))


@lru_cache(maxsize=_KEPT_TABLES)
def table_on(
    device: torch.device,
    stream: int,  # noqa: ARG001 - a table is written and read on one stream, in this order
    element_size: int,
    spans: tuple[Span, ...],
) -> torch.Tensor:
    """The table of these spans on a device, kept while it is asked for."""
    return table(element_size, spans).to(device)
