"""The Triton kernels with a fault planted, and the cases on which tests look at them."""

import importlib.util
from pathlib import Path

import pytest

from optimspec.impls.cuda.agreement import FORMATS, agreement, cases
from optimspec.impls.triton.load import KERNELS, kernels

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None,
    reason="found no Triton: its kernels were neither interpreted nor compiled",
)


def planted(right, wrong, folder: Path, *, interpreted):
    """The module of kernels in which one piece of text is another."""
    text = KERNELS.read_text()
    assert text.count(right) == 1
    file = folder / "kernels.py"
    file.write_text(text.replace(right, wrong))
    return kernels(interpreted=interpreted, file=file)


def few(dtype):
    """Small cases of each kind: sizes, edge values, alignments, a table."""
    for case in cases(dtype):
        if case.name == "a table of many sizes":
            yield case._replace(sizes=(3, 1000, 1), misaligned=case.misaligned[:3])
        elif len(case.sizes) == 1 and "Adam: " not in case.name:
            yield case


def first_difference(step):
    """What the first small case shows in which a step is not that of the host build; "" if none."""
    agrees, found = agreement((case, step) for dtype in FORMATS for case in few(dtype))
    return "" if agrees else found
