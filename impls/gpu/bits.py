"""The bits of the kernels: CUDA, Triton and the host build must agree in every one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import torch

from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.kernels import CHUNK
from optimspec.impls.gpu.finding import Finding, Rule
from optimspec.impls.gpu.long import of_long_tensors
from optimspec.impls.gpu.movers import SCALARS, Mover, by_cuda, by_triton, on_host
from optimspec.impls.gpu.placed import Placed, at_edges, bits, misaligned, placed
from optimspec.impls.gpu.step import Step
from optimspec.impls.triton.load import TritonNotFound

FORMATS: Final = (torch.float32, torch.bfloat16)
SIZES: Final = (0, 1, 3, 4, 1000, 1001, 4099, 2**22)
"""Less than a vector, vectors with and without a rest, and more than all threads take at once."""

MANY: Final = (0, 1, 7, 1001, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5) * 5
"""Sizes in a table: none, less than an entry, and several entries."""

_NAMES: Final = ("p", "g", "m", "v")

Batch = Sequence[Placed]


def disagreement(batch: Batch, move: Mover, right: Mover, device: str) -> str:
    """The first tensor whose bits ``move`` leaves other than ``right`` does, on copies; or "".

    What lies beside the tensors is compared too.

    Parameters
    ----------
    batch
        Jobs on the CPU, moved together.
    move
        Takes jobs on ``device``.
    right
        Takes jobs on the CPU.
    """
    got, expected = ([one.on(place) for one in batch] for place in (device, "cpu"))
    for name, scalars in SCALARS.items():
        move([one.job for one in got], scalars)
        right([one.job for one in expected], scalars)
        for mine, its in zip(got, expected, strict=True):
            for tensor, one, other in zip(_NAMES, mine.memory, its.memory, strict=True):
                differ = bits(one.cpu()) != bits(other)
                if differ.any():
                    where = f"{its.n} elements of {its.memory[0].dtype}, offsets {its.offsets}"
                    return f"{int(differ.sum())} values of {tensor} differ: {where}, {name}."
    return ""


def of_sizes() -> Iterator[Batch]:
    """One tensor of each size."""
    return ([placed(n, dtype, seed=n)] for dtype in FORMATS for n in SIZES)


def of_places() -> Iterator[Batch]:
    """One tensor at every place modulo 16 bytes of each of the four."""
    return ([one] for dtype in FORMATS for one in misaligned(37, dtype))


def of_edges() -> Iterator[Batch]:
    """Values at the ends of the format."""
    return ([at_edges(dtype)] for dtype in FORMATS)


def of_tables() -> Iterator[Batch]:
    """Many tensors in one launch, some of them out of line."""
    for dtype in FORMATS:
        yield [placed(n, dtype, (i % 3, i % 2, i % 4, 0), seed=i) for i, n in enumerate(MANY)]


BATCHES: Final[Mapping[str, tuple[str, Callable[[], Iterable[Batch]]]]] = {
    "sizes": (f"of tensors of {', '.join(map(str, SIZES))} elements", of_sizes),
    "alignment": ("wherever tensors lie modulo 16 bytes, and beside them", of_places),
    "edges": ("of zeros, subnormals, huge and infinite values and NaN", of_edges),
    "tables": ("of many tensors in one launch", of_tables),
}


def equal(batches: Iterable[Batch], move: Mover, right: Mover, device: str) -> tuple[str, str]:
    """The first disagreement, or "", and how much was compared."""
    count = 0
    for batch in batches:
        if found := disagreement(batch, move, right, device):
            return found, ""
        count += sum(one.n for one in batch)
    return "", f"All bits are equal, of {count} elements with {len(SCALARS)} settings each."


def repeated(move: Mover, device: str) -> str:
    """How two runs of equal inputs part, or ""."""
    one = placed(SIZES[-1], torch.float32)
    first, second = one.on(device), one.on(device)
    for scalars in SCALARS.values():
        for each in (first, second):
            move([each.job], scalars)
    pairs = zip(first.memory, second.memory, strict=True)
    parted = sum(int((bits(a) != bits(b)).sum()) for a, b in pairs)
    return f"{parted} values differ." if parted else ""


def rules(kernels: str) -> dict[str, Rule]:
    """The rules for kernels of that name, by topic."""
    host = f"The {kernels} kernels leave the bits that the host build leaves"
    said = {topic: f"{host}, {what}." for topic, (what, _) in BATCHES.items()}
    said["long"] = f"{host}, of tensors of more than 2^31 elements."
    said["repeated"] = f"Two runs of the {kernels} kernels on equal inputs leave equal bits."
    return {topic: Rule(f"bits.{kernels}.{topic}", title) for topic, title in said.items()}


def compared(kernels: str, make: Callable[[], Mover], device: str = "cuda") -> Iterator[Finding]:
    """All that is said of the bits of kernels that ``make`` makes ready."""
    said = rules(kernels)
    try:
        move = make()
        move([placed(4, torch.float32).on(device).job], SCALARS["adam"])
        on_host([placed(4, torch.float32).job], SCALARS["adam"])
    except (CompilerNotFound, TritonNotFound) as missing:
        yield from (rule.not_run(f"not run, {missing}") for rule in said.values())
        return
    for topic, (_, batches) in BATCHES.items():
        yield said[topic].found(*equal(batches(), move, on_host, device))
    yield said["repeated"].found(repeated(move, device), f"{SIZES[-1]} elements, three steps.")
    yield of_long_tensors(said["long"], move, on_host, device)


def _run() -> Iterator[Finding]:
    for kernels, make in KERNELS.items():
        yield from compared(kernels, make)


KERNELS: Final = {"cuda": by_cuda, "triton": by_triton}

BITS: Final = Step(
    "bits",
    "The bits of the CUDA and the Triton kernels beside those of the host build.",
    240,
    [rule for kernels in KERNELS for rule in rules(kernels).values()],
    _run,
)
