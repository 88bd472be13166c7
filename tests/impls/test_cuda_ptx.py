"""What the PTX of the CUDA kernels says, and ptxas of its code; nothing of it is run here."""

import re
import shutil
import subprocess

import pytest

from optimspec.impls.cuda import build
from optimspec.impls.cuda.nvcc import HOPPER, KERNELS, ptx_recipe

RECIPE = ptx_recipe(HOPPER)
ROUNDED = r"\b(?:add|sub|mul|mad|fma|div|sqrt|rcp|rsqrt|ex2|lg2)\.[.\w]*f(?:16|32|64)\b"
FIXED = {f"{operation}.rn.f32" for operation in ("add", "sub", "mul", "fma", "div", "sqrt")}

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, RECIPE.compilers)),
    reason="found no nvcc: the kernels were not compiled and their PTX was not looked at",
)


def compiled(sources, folder, *flags):
    """The PTX of each kernel for compute capability 9.0, and what ptxas says."""
    into = ["-keep-dir", str(folder), "-o", str(folder / "kernels.cubin")]
    always = ["-std=c++17", "-O3", "-x=cu", "-DOPTIMSPEC_THREADS=256"]
    made = ["-arch=sm_90", "-cubin", "-keep", "-Xptxas", "-v"]
    done = subprocess.run(
        [RECIPE.compiler(), *always, *made, *flags, *into, str(sources / RECIPE.source)],
        capture_output=True,
        text=True,
        check=True,
    )
    (ptx,) = folder.glob("*.ptx")
    found = re.findall(r"^\.visible \.entry .*?^\}", ptx.read_text(), re.DOTALL | re.MULTILINE)
    return found, done.stderr


def not_fixed(kernel):
    """The instructions whose result PTX does not fix to one rounding to nearest."""
    return {name for name in re.findall(ROUNDED, kernel) if name not in FIXED}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return compiled(build.SOURCES, tmp_path_factory.mktemp("ptx"))


@pytest.fixture
def kernels(shipped):
    assert len(shipped[0]) == len(KERNELS)
    return shipped[0]


def test_every_rounding_is_to_nearest_and_none_is_left_to_ptxas(kernels):
    for kernel in kernels:
        assert set(re.findall(ROUNDED, kernel)) == FIXED
        assert not re.search(r"\.ftz|\.approx|\.full|\.f64|\.local|\bcall\b", kernel)


def test_fast_math_would_be_seen(tmp_path):
    kernels, _ = compiled(build.SOURCES, tmp_path, "-use_fast_math")

    assert len(kernels) == len(KERNELS)
    assert all("add.rn.ftz.f32" in not_fixed(kernel) for kernel in kernels)


def test_an_operator_in_place_of_an_intrinsic_would_be_seen(tmp_path):
    shutil.copy(build.SOURCES / RECIPE.source, tmp_path)
    header = (build.SOURCES / "adam_core.h").read_text()
    (tmp_path / "adam_core.h").write_text(header.replace("__fsub_rn(a, b)", "a - b"))

    kernels, _ = compiled(tmp_path, tmp_path)

    assert [{"sub.f32"}] * len(KERNELS) == [not_fixed(kernel) for kernel in kernels]


def test_every_stream_moves_sixteen_bytes_of_global_memory_at_once(kernels):
    for kernel in kernels:
        loads, stores = (6, 5) if "bfloat16" in kernel else (4, 3)
        moved = [
            re.findall(rf"{op}\.global[.\w]*\.(?:v4\.\w32|v2\.\w64)", kernel) for op in ("ld", "st")
        ]
        assert [loads, stores] == [len(found) for found in moved]
        assert not re.search(r"\b(ld|st)\.[fubv]\d", kernel)


def test_addresses_have_64_bits(kernels):
    for kernel in kernels:
        assert re.search(r"setp\.\w+\.[su]64", kernel)
        assert not re.search(r"setp\.(lt|le|gt|ge)\.s32", kernel)


def test_nothing_spills_and_four_blocks_of_256_fit_a_multiprocessor(shipped):
    said = shipped[1]
    assert said.count("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads") == len(
        KERNELS
    )
    used = [int(number) for number in re.findall(r"Used (\d+) registers", said)]
    assert len(used) == len(KERNELS)
    assert max(used) <= 64
