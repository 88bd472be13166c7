"""Faults planted in the CUDA kernels, and one compilation of all of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from optimspec.impls.cuda import build, nvrtc
from optimspec.impls.cuda.nvcc import HOPPER, THREADS, ptx_recipe
from optimspec.impls.ptx import Module
from optimspec.impls.ptx.faults import (
    Misaligned,
    OutOfBounds,
    PtxFault,
    Raced,
    ReadOnly,
    Refused,
)

BITS = None
"""What a fault is seen by where no rule is broken: bits that are not those of the host build."""


@dataclass(frozen=True)
class Fault:
    """An edit of the sources, the kernel in which it must be seen, and by which exception."""

    right: str
    wrong: str
    seen_by: type[PtxFault] | None
    kernel: str = "adam_one_float32"


_TAIL = "for (int64_t i = end + worker; i < n; i += workers)"
_SECOND = "v = fma(s.weight2, fma(g, g, -v), v);"
_STEP = "p = fma(-s.step, div(m, denominator), mul(s.shrink, p));"
_TABLE = "global<float>(c.m), global<float>(c.v)"
_GRID = "static_cast<int64_t>(gridDim.x) * blockDim.x;"
_ROOT = 'float r; asm("sqrt.approx.f32 %0, %1;" : "=f"(r) : "f"(a)); return r;'
_UP = "(bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;"

FAULTS = {
    "one element too many": Fault(_TAIL, _TAIL.replace("< n", "<= n"), OutOfBounds),
    "one pack too many": Fault("k < packs", "k <= packs", OutOfBounds),
    "tail forgotten": Fault(_TAIL, _TAIL.replace("end + worker", "n"), BITS),
    "tail by every thread": Fault(_TAIL, "for (int64_t i = end; i < n; ++i)", Raced),
    "head forgotten": Fault("begin = head(p, g, m, v, n);", "begin = 0;", Misaligned),
    "head of p and g alone": Fault(
        "(m + i) | reinterpret_cast<uintptr_t>(v + i)", "(p)", Misaligned
    ),
    "approximate division": Fault("__fdiv_rn(a, b)", "__fdividef(a, b)", Refused),
    "approximate root": Fault("return __fsqrt_rn(a);", _ROOT, Refused),
    "contraction left to ptxas": Fault("__fmul_rn(a, b)", "a * b", Refused),
    "product rounded before its sum": Fault(
        _SECOND, _SECOND.replace("fma(g, g, -v)", "sub(mul(g, g), v)"), BITS
    ),
    "the other product fused": Fault(
        _STEP, "p = fma(s.shrink, p, -mul(s.step, div(m, denominator)));", BITS
    ),
    "betas swapped": Fault(_SECOND, _SECOND.replace("weight2", "weight1"), BITS),
    "index of 32 bits": Fault("const int64_t i = begin +", "const int i = begin +", OutOfBounds),
    "stride of a block": Fault(_GRID, "blockDim.x;", Raced),
    "stride of two grids": Fault(_GRID, _GRID.replace("* ", "* 2 * "), BITS),
    "gradient overwritten": Fault(
        "first.store(m);", "first.store(m), store_pack(const_cast<P*>(g), gradients);", ReadOnly
    ),
    "rows of a table twice": Fault("at += gridDim.x", "at += 1", Raced, "adam_many_float32"),
    "moments of a table swapped": Fault(
        _TABLE, "global<float>(c.v), global<float>(c.m)", BITS, "adam_many_float32"
    ),
    "one tensor of a table for two": Fault(
        _TABLE, "global<float>(c.m), global<float>(c.m)", BITS, "adam_many_float32"
    ),
    "bfloat16 truncated": Fault(_UP, "bits >> 16;", BITS, "adam_one_bfloat16"),
    "bfloat16 halves rounded up": Fault(_UP, "(bits + 0x8000u) >> 16;", BITS, "adam_one_bfloat16"),
}


_HEAD = re.compile(r"#ifdef __CUDACC_RTC__.*?#endif\n", re.DOTALL)
_BOTH = "#define OPTIMSPEC_BOTH __host__ __device__ __forceinline__\n"
_NAMESPACE = re.compile(r"namespace optimspec \{.*?\}  // namespace optimspec", re.DOTALL)


def compiled(folder: Path) -> dict[str, Module]:
    """The PTX of each fault's kernel, from one run of nvcc or NVRTC; it takes some seconds."""
    head = _HEAD.search((build.SOURCES / "adam_core.h").read_text())[0] + _BOTH
    faults = enumerate(FAULTS.values())
    text = ptx_of(head + "".join(_planted(fault, f"fault{i}") for i, fault in faults), folder)
    head, *entries = re.split(r"(?=^\.visible \.entry)", text, flags=re.MULTILINE)
    texts = {re.search(r"_fault\d+", each)[0]: each for each in entries}
    return {
        name: Module(head + texts[f"_fault{i}"].replace(f"_fault{i}", ""))
        for i, name in enumerate(FAULTS)
    }


def has_ptx() -> bool:
    """Whether a compiler that makes PTX is here."""
    try:
        return any(map(shutil.which, ptx_recipe().compilers)) or bool(nvrtc.nvrtc_library())
    except nvrtc.NvrtcNotFound:
        return False


def ptx_of(text: str, folder: Path, *flags: str) -> str:
    """The PTX of a source, by nvcc, or by NVRTC if there is no nvcc."""
    recipe = ptx_recipe()
    if not any(map(shutil.which, recipe.compilers)):
        arch = "compute_{}{}".format(*HOPPER)
        flags = (f"-DOPTIMSPEC_THREADS={THREADS}", *flags)
        return nvrtc.compiled(arch, *flags, source=text).decode()
    source, made = folder / "source.cu", folder / "made.ptx"
    source.write_text(text)
    here = f"-I{build.SOURCES}"
    subprocess.run([recipe.compiler(), *recipe.flags, *flags, here, "-o", made, source], check=True)
    return made.read_text()


def _planted(fault: Fault, suffix: str) -> str:
    """The sources with the fault, in a namespace of their own, and one kernel."""
    names = ("adam_core.h", ptx_recipe().source)
    text = "".join((build.SOURCES / name).read_text() for name in names)
    assert text.count(fault.right) == 1, fault.right
    inside = "\n".join(_NAMESPACE.findall(text.replace(fault.right, fault.wrong)))
    kernel = re.search(rf"__global__[^;{{]*{fault.kernel}\(.*?\n}}\n", text, re.DOTALL)[0]
    kernel = kernel.replace(f"{fault.kernel}(", f"{fault.kernel}_{suffix}(")
    whole = f'{inside}\nnamespace optimspec {{\nextern "C" {kernel}}}\n'
    return whole.replace("optimspec::", f"{suffix}::").replace(
        "namespace optimspec", f"namespace {suffix}"
    )
