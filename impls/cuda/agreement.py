"""Whether another way to make a step gives the bits of the host build, over many tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from optimspec.impls.cuda.host import host_step
from optimspec.impls.cuda.kernels import CHUNK, Job
from optimspec.impls.cuda.scalars import AdamScalars
from optimspec.impls.ptx import PtxFault

Step = Callable[[Sequence[Job], AdamScalars], None]
Rows = NDArray[np.float32]
"""Values of parameter, gradient and moments: shape (4, n)."""

FORMATS: Final = (torch.float32, torch.bfloat16)
SIZES: Final = (0, 1, 3, 4, 1000, 1001, 4099)
EDGES: Final = (0.0, -0.0, 1e-45, -1.1754944e-38, 1.0, -3.5, 2e19, -3.4028235e38, np.inf, np.nan)
"""Values that are taken in every combination: zeros, subnormals, the ends of the format, NaN."""

SCALARS: Final = {
    "Adam": AdamScalars(1, 0, 1, 0.1, 0.001, 0.0447, 0.0037, 1e-8),
    "Adam upwards, with L2 decay": AdamScalars(-1, 0.1, 1, 0.25, 0.01, 0.25, 0.125, 1e-3),
    "AdamW": AdamScalars(1, 0, 0.999, 0.1, 0.001, 0.0447, 0.0037, 1e-8),
}
"""Scalars of steps, by what they are of."""

_COPYING: Final = AdamScalars(1, 0, 1, 0, 0, 1, -1, 1)
"""Where parameter, gradient and second moment are 0, the parameter becomes the first moment."""

_UPPER: Final = np.arange(0, 2**16, 31, dtype=np.uint32)  # even ones and odd ones
_LOWER: Final = np.array([0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF], np.uint32)

_FEW: Final = 37
"""Elements of a tensor that may begin anywhere: some packs, and some before and behind them."""


class Case(NamedTuple):
    """Tensors that make one step together.

    Parameters
    ----------
    name
        What they are.
    dtype
        Of parameters and gradients.
    scalars
        Those of the step.
    sizes
        How many elements each job has.
    misaligned
        For each job, by how many bytes each of its four tensors is off a multiple of 16.
    rows
        Makes the values of a job of so many elements and of that number.
    """

    name: str
    dtype: torch.dtype
    scalars: AdamScalars
    sizes: tuple[int, ...]
    misaligned: tuple[tuple[int, ...], ...]
    rows: Callable[[int, int], Rows]

    def jobs(self) -> list[Job]:
        """The tensors, the same each time."""
        made = []
        formats = (self.dtype, self.dtype, torch.float32, torch.float32)
        for number, (n, offsets) in enumerate(zip(self.sizes, self.misaligned, strict=True)):
            rows = zip(self.rows(n, number), formats, offsets, strict=True)
            made.append(Job(*(_at(values, dtype, offset) for values, dtype, offset in rows)))
        return made


def cases(dtype: torch.dtype) -> Iterator[Case]:
    """All cases of a format of parameters."""
    aligned = ((0,) * 4,)
    for name, scalars in SCALARS.items():
        for n in SIZES:
            yield Case(f"{name}: {n} elements", dtype, scalars, (n,), aligned, drawn)
        every = (len(EDGES) ** 4,)
        yield Case(f"{name}: edge values", dtype, scalars, every, aligned, _edges)
    scalars = SCALARS["AdamW"]
    for offsets in _off_by_one(dtype):
        yield Case(f"misaligned by {offsets}", dtype, scalars, (_FEW,), (offsets,), drawn)
    ways = misalignments(dtype)
    yield Case("every misalignment, in a table", dtype, scalars, (_FEW,) * len(ways), ways, drawn)
    sizes = (*SIZES[1:], CHUNK + 1, 7)
    yield Case("a table of many sizes", dtype, scalars, sizes, aligned * len(sizes), drawn)
    yield Case(
        "halves of bfloat16", dtype, _COPYING, (len(_UPPER) * len(_LOWER),), aligned, _halves
    )


def misalignments(dtype: torch.dtype) -> tuple[tuple[int, ...], ...]:
    """Every way in which the four tensors of a job may lie to multiples of 16 bytes."""
    here, moments = range(0, 16, dtype.itemsize), range(0, 16, 4)
    return tuple(itertools.product(here, here, moments, moments))


def _off_by_one(dtype: torch.dtype) -> Iterator[tuple[int, ...]]:
    """Each tensor aligned or not, and all of them off by as many elements."""
    sizes = (dtype.itemsize, dtype.itemsize, 4, 4)
    for off in itertools.product((0, 1), repeat=4):
        yield tuple(size * each for size, each in zip(sizes, off, strict=True))
    for elements in range(2, 16 // dtype.itemsize):
        yield tuple(size * elements % 16 for size in sizes)


def difference(case: Case, step: Step) -> str:
    """Where a step leaves other bits than the host build; "" if nowhere. NaN are all the same."""
    got, expected = case.jobs(), case.jobs()
    step(got, case.scalars)
    for job in expected:
        host_step(*job, case.scalars)
    for i, (one, other) in enumerate(zip(got, expected, strict=True)):
        for name, a, b in zip(Job._fields, one, other, strict=True):
            unlike = np.flatnonzero(_bits(a) != _bits(b))
            if len(unlike):
                at = int(unlike[0])
                return (
                    f"{case.dtype}, {case.name}: {len(unlike)} elements of {name} of tensor {i} "
                    f"differ, first at {at}: {a[at].item()!r}, host {b[at].item()!r}"
                )
    return ""


def agreement(runs: Iterable[tuple[Case, Step]]) -> tuple[bool, str]:
    """Whether every step does in its case as the host build, and how many did, or the first not.

    Raises
    ------
    CompilerNotFound, BuildFailed
        If the host build can neither be found nor built.
    """
    count, tensors = 0, 0
    for case, step in runs:
        try:
            found = difference(case, step)
        except PtxFault as fault:
            found = f"{case.dtype}, {case.name}: {type(fault).__name__}. {fault}"
        if found:
            return False, found
        count, tensors = count + 1, tensors + len(case.sizes)
    return count > 0, f"{count} launches on {tensors} sets of tensors"


def _bits(tensor: torch.Tensor) -> NDArray[np.int32]:
    wide = tensor.float()
    return torch.where(wide.isnan(), torch.nan, wide).view(torch.int32).numpy()


def drawn(n: int, seed: int) -> Rows:
    """Random values over nine decades; second moments are positive."""
    random = np.random.default_rng(seed)
    scales = 10.0 ** random.integers(-6, 3, (4, n))
    rows = (random.standard_normal((4, n)) * scales).astype(np.float32)
    rows[3] = np.abs(rows[3])
    return rows


def _edges(n: int, seed: int) -> Rows:  # noqa: ARG001
    p, g, m, v = np.array(list(itertools.product(EDGES, repeat=4)), np.float32).T
    return np.stack([p, g, m, np.abs(v)])


def _halves(n: int, seed: int) -> Rows:  # noqa: ARG001
    """First moments at and beside the middle between two neighbours in bfloat16."""
    rows = np.zeros((4, n), np.float32)
    rows[2] = (_UPPER[:, None] << 16 | _LOWER).view(np.float32).ravel()
    return rows


def _at(values: NDArray[np.float32], dtype: torch.dtype, offset: int) -> torch.Tensor:
    """A tensor of these values that begins so many bytes behind a multiple of 16."""
    size = len(values) * dtype.itemsize
    memory = torch.empty(size + 32, dtype=torch.uint8)
    start = -memory.data_ptr() % 16 + offset
    tensor = memory[start : start + size].view(dtype)
    return tensor.copy_(torch.from_numpy(values))
